# Generated from the rows of the settings: npm run docs.

variable "protect_keys" {
  description = "Whether to refuse to destroy the bucket and its keys and, outside the HCL modules, the function and armed reverts. Set it to false to give up a deployment. Default: true. Before you change it, move aws_s3_bucket.protected[0] to aws_s3_bucket.unprotected[0] in the state (README)."
  type        = bool
  default     = true
  nullable    = false
}

variable "key_readers" {
  description = "ARNs of IAM roles and users that may read private keys in addition to the function: for a backup, and for manual work. A bucket that the stack makes denies all others. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = var.key_readers == null || try(alltrue([for each in var.key_readers : can(regex("^arn:aws[a-z-]*:iam::(\\d{12}):(?:role|user)\\/(?:[\\w+=,.@*-]+\\/)*[\\w+=,.@*-]*[\\w+=,.@-][\\w+=,.@*-]*$", each))]), false)
    error_message = "key_readers: expected a list of ARNs: the ARN of an IAM role or user, arn:aws:iam::ACCOUNT:role/NAME, with no \"*\" for a whole name."
  }
}

variable "key_writers" {
  description = "ARNs of IAM roles and users that may store private keys in addition to the function: the owners of keys that it does not make (`byodkim key put`). A bucket that the stack makes denies all others. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = var.key_writers == null || try(alltrue([for each in var.key_writers : can(regex("^arn:aws[a-z-]*:iam::(\\d{12}):(?:role|user)\\/(?:[\\w+=,.@*-]+\\/)*[\\w+=,.@*-]*[\\w+=,.@-][\\w+=,.@*-]*$", each))]), false)
    error_message = "key_writers: expected a list of ARNs: the ARN of an IAM role or user, arn:aws:iam::ACCOUNT:role/NAME, with no \"*\" for a whole name."
  }
}

variable "also_read" {
  description = "Places outside the key store that hold keys or DNS information of an earlier process, as bucket/prefix. Default: none."
  type        = list(string)
  default     = null

  validation {
    condition     = var.also_read == null || try(alltrue([for each in var.also_read : can(regex("^(?:[a-z0-9.-]|\\{region\\})+\\/[^$%*?{}]*$", each))]), false)
    error_message = "also_read: expected a list of bucket/prefix: bucket/prefix."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the bucket, if a policy requires one; {region} stands for the region. Default: the one that S3 manages."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || try(can(regex("^arn:aws[a-z-]*:kms:(?:[a-z0-9-]+|\\{region\\}):\\d{12}:key\\/[\\w-]+$", var.kms_key_arn)), false)
    error_message = "kms_key_arn: expected the ARN of the key itself, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias authorises nothing in a policy (aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn)."
  }
}

variable "topics" {
  description = "SNS topics, each in the region of its control plane. Default: none; nothing is sent. dns: Topic that asks the DNS team for records: create, { subscribers } to create it with subscribers, or an SNS topic's ARN. result: Topic that reports how each change ended: create, { subscribers } to create it with subscribers, or an SNS topic's ARN. audit: Topic that reports the audit's findings: create, { subscribers } to create it with subscribers, or an SNS topic's ARN. While nobody reads it, they go to the topic `result`."
  type = object({
    dns    = optional(any)
    result = optional(any)
    audit  = optional(any)
  })
  default  = {}
  nullable = false

  validation {
    condition     = try(var.topics.dns, null) == null || try(try(can(regex("^(create|arn:aws[a-z-]*:sns:(?:[^\\s$%*?{}]|\\{region\\})+)$", var.topics.dns)), false) || try(length(setsubtract(keys(var.topics.dns), ["subscribers"])) == 0 && alltrue([for each in var.topics.dns.subscribers : can(regex("^(?:[^\\s@$%*?{}]+@[^\\s@$%*?{}]+|(?:https:\\/\\/|arn:aws[a-z-]*:(?:sqs|lambda):)(?:[^\\s$%*{}]|\\{region\\})+)$", each))]), false), false)
    error_message = "topics.dns: expected create, { subscribers: […] } to create it with subscribers, or the ARN of an SNS topic; {region} stands for the region."
  }

  validation {
    condition     = try(var.topics.result, null) == null || try(try(can(regex("^(create|arn:aws[a-z-]*:sns:(?:[^\\s$%*?{}]|\\{region\\})+)$", var.topics.result)), false) || try(length(setsubtract(keys(var.topics.result), ["subscribers"])) == 0 && alltrue([for each in var.topics.result.subscribers : can(regex("^(?:[^\\s@$%*?{}]+@[^\\s@$%*?{}]+|(?:https:\\/\\/|arn:aws[a-z-]*:(?:sqs|lambda):)(?:[^\\s$%*{}]|\\{region\\})+)$", each))]), false), false)
    error_message = "topics.result: expected create, { subscribers: […] } to create it with subscribers, or the ARN of an SNS topic; {region} stands for the region."
  }

  validation {
    condition     = try(var.topics.audit, null) == null || try(try(can(regex("^(create|arn:aws[a-z-]*:sns:(?:[^\\s$%*?{}]|\\{region\\})+)$", var.topics.audit)), false) || try(length(setsubtract(keys(var.topics.audit), ["subscribers"])) == 0 && alltrue([for each in var.topics.audit.subscribers : can(regex("^(?:[^\\s@$%*?{}]+@[^\\s@$%*?{}]+|(?:https:\\/\\/|arn:aws[a-z-]*:(?:sqs|lambda):)(?:[^\\s$%*{}]|\\{region\\})+)$", each))]), false), false)
    error_message = "topics.audit: expected create, { subscribers: […] } to create it with subscribers, or the ARN of an SNS topic; {region} stands for the region."
  }
}

variable "notice_language" {
  description = "The language of the DNS team. Default: en."
  type        = string
  default     = "en"
  nullable    = false

  validation {
    condition     = var.notice_language == null || try(contains(["en", "ja"], var.notice_language), false)
    error_message = "notice_language: expected en or ja."
  }
}

variable "gate" {
  description = "How DNS is checked before anything in SES changes. mode: authoritative: ask every server of the zone. recursive: ask only resolvers, for machines whose network allows no other DNS queries. Default: authoritative. nameservers: Servers to ask instead of those that the zone names: for `byodkim check` on a machine inside a split horizon, and for tests. SES and the function see public DNS only. resolvers: Recursive resolvers to ask; none with an empty list, for machines that reach no public resolver. Default: public ones. wait_seconds: Number of seconds to wait for the record, if the deploy itself publishes it. Default: 0. strict: Whether every address of every server must answer: for zones in which one late server must stop a deploy. Default: false; at least half of the servers must answer."
  type = object({
    mode         = optional(string)
    nameservers  = optional(list(string))
    resolvers    = optional(list(string))
    wait_seconds = optional(number)
    strict       = optional(bool)
  })
  default = null

  validation {
    condition     = try(var.gate.mode, null) == null || try(contains(["authoritative", "recursive"], var.gate.mode), false)
    error_message = "gate.mode: expected authoritative or recursive."
  }

  validation {
    condition     = try(var.gate.nameservers, null) == null || try(length(var.gate.nameservers) >= 1 && alltrue([for each in var.gate.nameservers : can(regex("^(\\[[0-9a-fA-F:.]+\\]|\\d{1,3}(?:\\.\\d{1,3}){3})(:\\d{1,5})?$", each))]), false)
    error_message = "gate.nameservers: expected a list of ip:port: ip:port, or [ipv6]:port."
  }

  validation {
    condition     = try(var.gate.resolvers, null) == null || try(alltrue([for each in var.gate.resolvers : can(regex("^(\\[[0-9a-fA-F:.]+\\]|\\d{1,3}(?:\\.\\d{1,3}){3})(:\\d{1,5})?$", each))]), false)
    error_message = "gate.resolvers: expected a list of ip:port: ip:port, or [ipv6]:port."
  }

  validation {
    condition     = try(var.gate.wait_seconds, null) == null || try(var.gate.wait_seconds >= 0 && var.gate.wait_seconds <= 240, false)
    error_message = "gate.wait_seconds: expected 0 to 240."
  }
}

variable "allow" {
  description = "Settings that domains and direct calls may use although they weaken the proof or the rollback. The settings in defaults.gate are allowed in any case. Default: nothing. servers: Name servers and resolvers that gate.nameservers and gate.resolvers of a domain may contain. If the name servers are from this list, gate.resolvers may be empty. Default: none. recursive: Whether a domain may have gate.mode: recursive. Default: false. irreversible: Domains that may have irreversible: allow; true for all. Default: none. alias_zones: Zones into which the aliases of domains may lead. Whoever owns such a zone can sign as the domain. Default: none; a list allows those of its own delegations."
  type = object({
    servers      = optional(list(string))
    recursive    = optional(bool)
    irreversible = optional(any)
    alias_zones  = optional(list(string))
  })
  default = null

  validation {
    condition     = try(var.allow.servers, null) == null || try(alltrue([for each in var.allow.servers : can(regex("^(\\[[0-9a-fA-F:.]+\\]|\\d{1,3}(?:\\.\\d{1,3}){3})(:\\d{1,5})?$", each))]), false)
    error_message = "allow.servers: expected a list of ip:port: ip:port, or [ipv6]:port."
  }

  validation {
    condition     = try(var.allow.alias_zones, null) == null || try(alltrue([for each in var.allow.alias_zones : can(regex("^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", each)) && length(each) >= 1 && length(each) <= 253]), false)
    error_message = "allow.alias_zones: expected a list of zones: the name of the Route 53 zone, in lower case, without a dot at the end."
  }
}

variable "audit" {
  description = "The daily audit. schedule: Time of the audit, in UTC: for teams that want it in their working hours. Default: cron(0 3 * * ? *), each day at 03:00."
  type = object({
    schedule = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = try(var.audit.schedule, null) == null || try(can(regex("^(rate\\(([1-9]\\d{0,2} minutes?|([1-9]|[12]\\d|30) hours?|1 day)\\)|cron\\([^ $${}]+ [^ $${}]+ (\\* \\* \\?|\\? \\* \\*) \\*\\))$", var.audit.schedule)), false)
    error_message = "audit.schedule: expected cron(…) or rate(…), as EventBridge Scheduler writes it, at least once a day, such as cron(0 6 * * ? *)."
  }
}

variable "roles" {
  description = "The IAM roles of the function and of its schedules, for accounts with rules for roles. permissions_boundary: ARN of the managed policy that is the permissions boundary of these roles. It has to allow what docs/permissions.md lists for the function and its schedules. Default: none. path: Path of these roles, such as /mail/. Set it before the first deploy, since another path replaces the roles, and armed reverts name the earlier one. Default: /."
  type = object({
    permissions_boundary = optional(string)
    path                 = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = try(var.roles.permissions_boundary, null) == null || try(can(regex("^arn:aws[a-z-]*:iam::(?:\\d{12}|aws):policy\\/(?:[\\w+=,.@-]+\\/)*[\\w+=,.@-]+$", var.roles.permissions_boundary)), false)
    error_message = "roles.permissions_boundary: expected the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME."
  }

  validation {
    condition     = try(var.roles.path, null) == null || try(can(regex("^\\/(?:[\\w+=,.@-]+\\/)*$", var.roles.path)), false)
    error_message = "roles.path: expected /, or names between slashes, such as /mail/."
  }
}

variable "dashboard" {
  description = "Whether to make a CloudWatch dashboard, with domains by state, domains that need a person, and failures of the function. Default: false."
  type        = bool
  default     = false
  nullable    = false
}

variable "architecture" {
  description = "Processor of the function, for regions that do not offer Lambda functions on arm64. Default: arm64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = var.architecture == null || try(contains(["arm64", "x86_64"], var.architecture), false)
    error_message = "architecture: expected arm64 or x86_64."
  }
}

variable "log_retention_days" {
  description = "Number of days that logs are kept, if a policy requires another than the default. Default: 365."
  type        = number
  default     = 365
  nullable    = false

  validation {
    condition     = var.log_retention_days == null || try(contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days), false)
    error_message = "log_retention_days: expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

locals {
  names_in_events = {
    wait_seconds = "waitSeconds"
    alias_zones  = "aliasZones"
  }
}
