# Settings that are objects have the type any: an object type would drop a misspelt attribute in silence.

variable "function_name" {
  description = "Name of the function; domains find it by this name."
  type        = string
  default     = "ses-byodkim"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-_]{0,39}$", var.function_name))
    error_message = "function_name: expected 1 to 40 letters, digits, - and _, the first one a letter or digit: the roles are named after it, and after the region."
  }
}

variable "zip" {
  description = "The function's code: dist/handler.zip of `npm run build` or of the package. Default: handler.zip beside this module, as in the archive of a release."
  type        = string
  default     = null
}

variable "zip_sha256" {
  description = "SHA-256 of that zip, in hexadecimal, as published beside it. A zip that differs is refused. Default: it is taken as it is."
  type        = string
  default     = null
}

variable "region" {
  description = "Region. Give it where an account has control planes in several: role names carry it. Default: the provider's."
  type        = string
  default     = null
}

variable "bucket" {
  description = "The key store's bucket: name of a new one, or existing, which is left as it is. Default: a new one, named after the function."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = try(length(setsubtract(keys(var.bucket), ["name", "existing"])) == 0, false)
    error_message = "bucket: expected an object of name, existing, and nothing else."
  }

  validation {
    condition     = try(lookup(var.bucket, "name", null) == null || lookup(var.bucket, "existing", null) == null, true)
    error_message = "bucket: expected name of a new one, or existing, not both."
  }
}

variable "protect_keys" {
  description = "Refuse to destroy the bucket, and with it every private key."
  type        = bool
  default     = true
  nullable    = false
}

variable "key_readers" {
  description = "ARNs of IAM roles and users that may read private keys beside the function, in a bucket that is made here; * stands for any text. Everybody else is denied, whatever their policies say."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for each in var.key_readers : can(regex("^arn:aws[a-z-]*:iam::\\d{12}:(role|user)/([\\w+=,.@*-]+/)*[\\w+=,.@*-]*[\\w+=,.@-][\\w+=,.@*-]*$", each))])
    error_message = "key_readers: expected ARNs of IAM roles or users, arn:aws:iam::ACCOUNT:role/NAME, with no * for a whole name."
  }
}

variable "also_read" {
  description = "Places outside the key store that keys and DNS information are read from, as bucket/prefix."
  type        = list(string)
  default     = null
}

variable "kms_key_arn" {
  description = "KMS key that the key store is encrypted with; not an alias of one, which authorises nothing. Default: the key that S3 manages."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn: expected the ARN of the key itself, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias authorises nothing."
  }
}

variable "topics" {
  description = "Topics for the DNS team (dns), for results (result) and for the audit (audit): an ARN, or create. Alarms go to the audit topic; without one, a revert that is dead is not heard."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = try(length(setsubtract(keys(var.topics), ["dns", "result", "audit"])) == 0, false)
    error_message = "topics: expected an object of dns, result, audit, and nothing else."
  }
}

variable "notice_language" {
  description = "Language of the notices to the DNS team: en or ja."
  type        = string
  default     = "en"
  nullable    = false

  validation {
    condition     = contains(["en", "ja"], var.notice_language)
    error_message = "notice_language: expected en or ja."
  }
}

variable "notice_contact" {
  description = "Whom the DNS team answers to, e.g. a mail address."
  type        = string
  default     = ""
  nullable    = false
}

variable "gate" {
  description = "How DNS is asked where an event does not say: by direct calls and the audit. As in the event (docs/events.md): mode, nameservers, resolvers, waitSeconds, strict."
  type        = any
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.gate), ["mode", "nameservers", "resolvers", "waitSeconds", "strict"])) == 0, var.gate == null)
    error_message = "gate: expected an object of mode, nameservers, resolvers, waitSeconds, strict, and nothing else."
  }
}

variable "allow" {
  description = "What domains and direct calls may ask for although it weakens the proof. As in the list: servers, recursive, irreversible. Default: nothing."
  type        = any
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.allow), ["servers", "recursive", "irreversible"])) == 0, var.allow == null)
    error_message = "allow: expected an object of servers, recursive, irreversible, and nothing else."
  }
}

variable "audit" {
  description = "When the audit runs: schedule is an EventBridge Scheduler expression in UTC. Default: cron(0 3 * * ? *)."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = try(length(setsubtract(keys(var.audit), ["schedule"])) == 0, false)
    error_message = "audit: expected an object of schedule, and nothing else."
  }
}

variable "dashboard" {
  description = "Make a CloudWatch dashboard: domains by state, those that need a person, failures of the function."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept: one of the numbers that CloudWatch allows."
  type        = number
  default     = 365
  nullable    = false
}

variable "environment" {
  description = "Further variables for the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that can have them."
  type        = map(string)
  default     = null
}
