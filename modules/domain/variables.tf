# Settings that are objects have the type any: an object type would drop a misspelt attribute in silence.

variable "domain" {
  description = "The domain, an IDN in A-labels (xn--…)."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain)) && length(var.domain) <= 253
    error_message = "domain: expected a domain in lower case, an IDN in A-labels, such as example.com or xn--bcher-kva.example."
  }
}

variable "selector" {
  description = "DKIM selector. Another one is a rotation."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", var.selector))
    error_message = "selector: expected 1 to 63 letters, digits and hyphens, with a letter or digit at both ends."
  }
}

variable "function_name" {
  description = "Name of the control plane's function. It has to be known when the plan is made."
  type        = string
  default     = "ses-byodkim"
  nullable    = false
}

variable "ready_function_arn" {
  description = "Where the control plane is in the same configuration: its output of this name, so that the plan does not ask the function before it is there."
  type        = string
  default     = null
}

variable "region" {
  description = "Region of the identity and the function. Default: the provider's."
  type        = string
  default     = null
}

variable "identity" {
  description = "managed: this module makes the SES identity, and destroys it. existing: it is found, and left; it must carry the tag byodkim = managed, or the function may not change it."
  type        = string
  default     = "managed"
  nullable    = false

  validation {
    condition     = contains(["managed", "existing"], var.identity)
    error_message = "identity: expected managed or existing."
  }
}

variable "configuration_set_name" {
  description = "Configuration set of a managed identity."
  type        = string
  default     = null
}

variable "feedback_forwarding" {
  description = "Forward bounces and complaints of a managed identity to the sender by mail. Removing this leaves it off. Default: unchanged; SES starts with true."
  type        = bool
  default     = null
}

variable "tags" {
  description = "Tags of a managed identity, beside the one that marks it as ours."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "key_store" {
  description = "Where the private key and its DNS information lie in S3. Default: the places of the runbook, in the function's bucket. Other buckets and prefixes have to be allowed by the control plane (also_read)."
  type        = any
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.key_store), ["bucket", "private_key", "dns_records"])) == 0, var.key_store == null)
    error_message = "key_store: expected an object of bucket, private_key, dns_records, and nothing else."
  }
}

variable "gate" {
  description = "How DNS is asked, and for how long. What weakens the proof has to be allowed by the control plane (allow)."
  type        = any
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.gate), ["mode", "nameservers", "resolvers", "wait_seconds", "strict"])) == 0, var.gate == null)
    error_message = "gate: expected an object of mode, nameservers, resolvers, wait_seconds, strict, and nothing else."
  }
}

variable "verification" {
  description = "How long SES may take to verify: timeout_minutes from the Put until the change is rolled back. required: the module is done only once SES has verified, and until then fails with VERIFICATION_PENDING; the next apply goes on."
  type        = any
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.verification), ["required", "timeout_minutes"])) == 0, var.verification == null)
    error_message = "verification: expected an object of required, timeout_minutes, and nothing else."
  }
}

variable "confirm_timeout_minutes" {
  description = "Minutes until an unconfirmed change is reverted: at least 2, or 0 for never. Default: 10."
  type        = number
  default     = null

  validation {
    condition     = try(var.confirm_timeout_minutes == 0 || var.confirm_timeout_minutes >= 2, true)
    error_message = "confirm_timeout_minutes: expected at least 2 (a schedule is precise to a minute), or 0 for never."
  }
}

variable "irreversible" {
  description = "allow: a prior signing state that could not be restored may be given up. It has to be allowed by the control plane, too. Default: refuse."
  type        = string
  default     = null
}

variable "heal" {
  description = "Once the record is back after SES has given up on it (72 hours), the audit makes the change again. Never over a change made by hand. Default: false."
  type        = bool
  default     = null
}

variable "mail_from" {
  description = "Custom MAIL FROM domain of a managed identity: subdomain is what stands before the domain, on_mx_failure is use-default or reject. Mail then passes SPF as the domain itself. Its records are published where record is in the domain's own zone. Default: none."
  type        = any
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.mail_from), ["subdomain", "on_mx_failure"])) == 0, var.mail_from == null)
    error_message = "mail_from: expected an object of subdomain, on_mx_failure, and nothing else."
  }

  validation {
    condition     = var.mail_from == null || can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$", var.mail_from.subdomain))
    error_message = "mail_from.subdomain: expected what stands before the domain, in lower case, such as bounce."
  }

  validation {
    condition     = contains(["use-default", "reject"], try(var.mail_from.on_mx_failure, "use-default"))
    error_message = "mail_from.on_mx_failure: expected use-default or reject."
  }
}

variable "create_key" {
  description = "Make the key pair, if there is none. Default: the key is put into S3 by other means."
  type        = bool
  default     = false
  nullable    = false
}

variable "record" {
  description = "Publish the record in Route 53, through the provider aws.zone; without hosted_zone_id, publish the output records yourself, and hand what publishes them to record_published. previous_selectors are those whose record stays, for mail that is under way and for the rollback. With delegation, others publish two aliases once, which lead into that zone, and the two selectors alternate, each time with a new key. Default: others publish it."
  type        = any
  default     = null

  validation {
    condition     = try(length(setsubtract(keys(var.record), ["hosted_zone_id", "previous_selectors", "delegation"])) == 0, var.record == null)
    error_message = "record: expected an object of hosted_zone_id, previous_selectors, delegation, and nothing else."
  }

  validation {
    condition     = !try(contains(keys(var.record), "hosted_zone_id"), false) || can(regex("^Z[A-Z0-9]{1,31}$", var.record.hosted_zone_id))
    error_message = "record.hosted_zone_id: expected the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ."
  }

  validation {
    condition     = try(var.record.delegation, null) == null || try(length(var.record.delegation.zone) > 0 && length(toset(var.record.delegation.selectors)) == 2 && length(var.record.delegation) == 2, false)
    error_message = "record.delegation: expected zone, and two different selectors, and nothing else."
  }

  validation {
    condition     = try(var.record.delegation, null) == null || try(contains(keys(var.record), "hosted_zone_id"), false)
    error_message = "record.hosted_zone_id: expected with record.delegation the id of the zone that the aliases lead into."
  }
}

variable "record_published" {
  description = "What publishes the output records elsewhere: attributes of those resources. The gate waits for them."
  type        = any
  default     = null
}

variable "senders" {
  description = "Other accounts that may send mail as this domain once it signs: accounts is a list of ids, organization the id of an AWS organisation. Default: none."
  type        = any
  default     = null

  validation {
    condition     = var.senders == null || try(length(keys(var.senders)) > 0 && length(setsubtract(keys(var.senders), ["accounts", "organization"])) == 0, false)
    error_message = "senders: expected an object of accounts, organization, or both, and nothing else."
  }

  validation {
    condition     = try(var.senders.accounts, null) == null || try(length(var.senders.accounts) > 0 && alltrue([for account in var.senders.accounts : can(regex("^[0-9]{12}$", account))]), false)
    error_message = "senders.accounts: expected a list of account ids, 12 digits in quotes."
  }

  validation {
    condition     = try(var.senders.organization, null) == null || can(regex("^o-[a-z0-9]{10,32}$", var.senders.organization))
    error_message = "senders.organization: expected the id of an AWS organisation, such as o-a1b2c3d4e5."
  }
}

variable "revoked_selectors" {
  description = "Earlier selectors whose key is in wrong hands: their record says so, and mail of theirs does not verify any more. Default: none."
  type        = list(string)
  default     = null
}

variable "overlap_days" {
  description = "Days that a record stays after its selector's last mail: 7 to 365. Default: 7."
  type        = number
  default     = null
}

variable "key_lifetime_days" {
  description = "Days until a key is to be replaced: 90 to 1095; the audit warns 60 days before. Default: 456."
  type        = number
  default     = null
}

variable "drift_detection" {
  description = "Read SES at each plan, so that a manual change shows and is fixed."
  type        = bool
  default     = true
  nullable    = false
}

variable "confirm_after" {
  description = "What else must have succeeded before the change is confirmed: attributes of those resources. What is left out here is not waited for."
  type        = any
  default     = null
}
