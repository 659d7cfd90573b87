# Generated from the rows of the settings: npm run docs.

variable "selector" {
  description = "DKIM selector. Changing it is a rotation."
  type        = string

  validation {
    condition     = var.selector == null || try(can(regex("^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", var.selector)), false)
    error_message = "selector: expected 1 to 63 letters, digits and hyphens, a letter or digit at both ends (SES takes no dots or underscores)."
  }
}

variable "region" {
  description = "Region of the SES identity."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || try(can(regex("^[a-z]{2,4}(-[a-z]+){1,3}-\\d{1,2}$", var.region)), false)
    error_message = "region: expected an AWS region such as ap-northeast-1."
  }
}

variable "configuration_set_name" {
  description = "Configuration set of a managed identity: for domains that use it for mail events or for their own IP pool. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.configuration_set_name == null || try(can(regex("^[A-Za-z0-9_-]{1,64}$", var.configuration_set_name)), false)
    error_message = "configuration_set_name: expected 1 to 64 letters, digits, \"-\" and \"_\"."
  }
}

variable "feedback_forwarding" {
  description = "Whether SES forwards bounces and complaints of a managed identity to the sender by mail. Removing this setting leaves forwarding off. Default: unchanged; SES starts with true."
  type        = bool
  default     = null
}

variable "create_key" {
  description = "Whether the function makes the key pair if none exists: for domains without a key from elsewhere. Default: false; others put the key into S3."
  type        = bool
  default     = false
  nullable    = false
}

variable "record" {
  description = "The record, if the stack itself publishes it in Route 53. Default: others publish it. hosted_zone_id: Id of the zone. previous_selectors: Earlier selectors whose records stay published, for mail in transit and for a rollback. Default: none. delegation: Set if the zone is not the domain’s own: the DNS team publishes two aliases once, which lead into the zone. Default: it is. The records are published through the provider aws.zone; without hosted_zone_id, publish the output records yourself, and pass the resources that publish them in record_published."
  type        = any
  default     = null

  validation {
    condition     = try(var.record.hosted_zone_id, null) == null || try(can(regex("^Z[A-Z0-9]{1,31}$", var.record.hosted_zone_id)), false)
    error_message = "record.hosted_zone_id: expected the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ."
  }

  validation {
    condition     = try(var.record.previous_selectors, null) == null || try(length(var.record.previous_selectors) <= 50 && alltrue([for each in var.record.previous_selectors : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$", each))]), false)
    error_message = "record.previous_selectors: expected a list of selectors: 1 to 63 letters, digits and hyphens, a letter or digit at both ends (SES takes no dots or underscores)."
  }

  validation {
    condition     = var.record == null || try(length(setsubtract(keys(var.record), ["hosted_zone_id", "previous_selectors", "delegation"])) == 0, false)
    error_message = "record: expected an object of hosted_zone_id, previous_selectors, delegation, and nothing else."
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

variable "overlap_days" {
  description = "Number of days that the record of a selector stays after its last mail: for mail that is verified again later, as in archives. Default: 7."
  type        = number
  default     = null

  validation {
    condition     = var.overlap_days == null || try(var.overlap_days >= 7 && var.overlap_days <= 365, false)
    error_message = "overlap_days: expected 7 to 365: mail is in transit for days."
  }
}

variable "key_lifetime_days" {
  description = "Number of days until a key should be replaced, if a policy requires another than the default; the audit warns 60 days ahead. Default: 456."
  type        = number
  default     = null

  validation {
    condition     = var.key_lifetime_days == null || try(var.key_lifetime_days >= 90 && var.key_lifetime_days <= 1095, false)
    error_message = "key_lifetime_days: expected 90 to 1095."
  }
}

variable "key_store" {
  description = "The places of the private key and its DNS information in S3. bucket: Bucket of the key, if it is not the control plane's. Default: the control plane's bucket. private_key: Object of the private key, if it is stored elsewhere. Default: dkim-certificates/{domain}/{selector}/private_key.pem. dns_records: Object or folder (ends in /) of the DNS information, if it is stored elsewhere. Default: dns_records/{domain}/."
  type = object({
    bucket      = optional(string)
    private_key = optional(string)
    dns_records = optional(string)
  })
  default = null

  validation {
    condition     = try(var.key_store.bucket, null) == null || try(can(regex("^(?:[a-z0-9.-]|\\{region\\})+$", var.key_store.bucket)) && length(var.key_store.bucket) >= 3 && length(var.key_store.bucket) <= 63, false)
    error_message = "key_store.bucket: expected a bucket name: 3 to 63 lower-case letters, digits, \".\" and \"-\"; {region} stands for the region."
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

variable "verification" {
  description = "How long SES may take to verify. required: Whether the stack is done only once SES has verified: for deploys with the engine alone, or if resources need a verified identity. Until then an apply fails with VERIFICATION_PENDING, and the next one continues. Default: false. timeout_minutes: Number of minutes until a change that SES does not verify is rolled back: for zones whose changes SES sees late. Default: 60 if mail is signed already, otherwise 4320 (72 h)."
  type = object({
    required        = optional(bool)
    timeout_minutes = optional(number)
  })
  default = null

  validation {
    condition     = try(var.verification.timeout_minutes, null) == null || try(var.verification.timeout_minutes >= 1 && var.verification.timeout_minutes <= 4320, false)
    error_message = "verification.timeout_minutes: expected 1 to 4320."
  }
}

variable "confirm_timeout_minutes" {
  description = "Number of minutes until an unconfirmed change is reverted: for stacks that take longer to deploy. With 0 it is never reverted. Default: 10."
  type        = number
  default     = null

  validation {
    condition     = var.confirm_timeout_minutes == null || try(var.confirm_timeout_minutes >= 0 && var.confirm_timeout_minutes <= 1440, false)
    error_message = "confirm_timeout_minutes: expected 0 (never reverted), or 2 to 1440."
  }

  validation {
    condition     = var.confirm_timeout_minutes != 1
    error_message = "confirm_timeout_minutes: expected at least 2 (a schedule is precise to a minute), or 0 for never."
  }
}

variable "irreversible" {
  description = "allow permits a change whose prior state cannot be restored, for example because its key is lost, and the removal of a record that is still needed. Default: refuse."
  type        = string
  default     = null

  validation {
    condition     = var.irreversible == null || try(contains(["refuse", "allow"], var.irreversible), false)
    error_message = "irreversible: expected refuse or allow."
  }
}

variable "heal" {
  description = "Whether the audit repeats the change once the record is back after SES has given up on it (72 hours): for domains that must not wait for a person. The audit never overrides a manual change that CloudTrail or an audit has shown. Default: false."
  type        = bool
  default     = null
}

variable "mail_from" {
  description = "Custom MAIL FROM domain of a managed identity, with which mail passes SPF as the domain itself. Default: none. subdomain: The part of its name before the domain, such as bounce for bounce.example.com. Nothing else may use that name. {region} stands for the region: bounce-{region} gives each region a name of its own. regions: Regions in which identities of the domain have the same subdomain, which contains {region}: the DNS team is asked for the records of all of them at once. Default: in a list, the regions of its entries; otherwise only this region. on_mx_failure: SES's behaviour while it does not find the MX record: use-default sends without SPF alignment; reject sends nothing. Default: use-default."
  type = object({
    subdomain     = string
    regions       = optional(list(string))
    on_mx_failure = optional(string)
  })
  default = null

  validation {
    condition     = try(var.mail_from.subdomain, null) == null || try(can(regex("^(?:[a-z0-9]|\\{region\\})(?:(?:[a-z0-9-]|\\{region\\}){0,61}(?:[a-z0-9]|\\{region\\}))?(?:\\.(?:[a-z0-9]|\\{region\\})(?:(?:[a-z0-9-]|\\{region\\}){0,61}(?:[a-z0-9]|\\{region\\}))?)*$", var.mail_from.subdomain)) && length(var.mail_from.subdomain) >= 1 && length(var.mail_from.subdomain) <= 200, false)
    error_message = "mail_from.subdomain: expected the labels before the domain, in lower case, such as bounce; {region} stands for the region."
  }

  validation {
    condition     = try(var.mail_from.regions, null) == null || try(length(var.mail_from.regions) >= 1 && length(var.mail_from.regions) <= 50 && alltrue([for each in var.mail_from.regions : can(regex("^[a-z]{2,4}(-[a-z]+){1,3}-\\d{1,2}$", each))]), false)
    error_message = "mail_from.regions: expected a list of regions: an AWS region such as ap-northeast-1."
  }

  validation {
    condition     = try(var.mail_from.on_mx_failure, null) == null || try(contains(["use-default", "reject"], var.mail_from.on_mx_failure), false)
    error_message = "mail_from.on_mx_failure: expected use-default or reject."
  }
}

variable "senders" {
  description = "Other accounts that an SES identity policy allows to send mail as this domain once it signs. Default: none. accounts: Ids of accounts, in which everyone who may send mail may send as this domain. organization: Id of an AWS organisation, whose accounts may all send, including those that join it later."
  type = object({
    accounts     = optional(list(string))
    organization = optional(string)
  })
  default = null

  validation {
    condition     = try(var.senders.accounts, null) == null || try(length(var.senders.accounts) >= 1 && length(var.senders.accounts) <= 20 && alltrue([for each in var.senders.accounts : can(regex("^\\d{12}$", each))]), false)
    error_message = "senders.accounts: expected a list of account ids: 12 digits."
  }

  validation {
    condition     = try(var.senders.organization, null) == null || try(can(regex("^o-[a-z0-9]{10,32}$", var.senders.organization)), false)
    error_message = "senders.organization: expected the id of an AWS organisation, such as o-a1b2c3d4e5."
  }

  validation {
    condition     = var.senders == null || try(var.senders.accounts != null || var.senders.organization != null, false)
    error_message = "senders: expected an object of accounts, organization, or both."
  }
}

variable "tags" {
  description = "Tags of a managed identity; tags in defaults also apply to the control stack. Default: none."
  type        = map(string)
  default     = {}
  nullable    = false
}

locals {
  blocks_in_events = {
    keyStore     = var.key_store
    gate         = var.gate
    verification = var.verification
    mailFrom     = var.mail_from
    senders      = var.senders
  }

  values_in_events = {
    confirmTimeoutMinutes = var.confirm_timeout_minutes
    irreversible          = var.irreversible
    heal                  = var.heal
  }

  names_in_events = {
    private_key     = "privateKey"
    dns_records     = "dnsRecords"
    wait_seconds    = "waitSeconds"
    timeout_minutes = "timeoutMinutes"
    on_mx_failure   = "onMxFailure"
  }
}
