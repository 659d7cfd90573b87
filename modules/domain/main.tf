# The promise depends on this order: inspection → attempt → [key] → [record] → DNS gate → identity → [MAIL FROM] → baseline →
# signing → the caller's resources → confirmation. Nothing in SES is created or changed before the gate has passed, and an
# unconfirmed change is reverted.

locals {
  region = var.region == null ? {} : { region = var.region }

  # Only the settings that the caller set, so that defaults may change. The others must not appear as null. A list becomes a
  # tuple, since the attempt of a deployed stack holds tuples, and another type would be another attempt.
  given = { for setting, value in local.blocks_in_events : setting => { for name, each in value : lookup(local.names_in_events, name, name) => try([for item in each : item], each) if each != null } if value != null }

  shared_with = var.shared_with == null ? null : [for each in var.shared_with : { for name, value in each : name => value if value != null }]

  key_store = try(local.given.keyStore, {})

  mail_from_domain = try(replace("${var.mail_from.subdomain}.${var.domain}", "{region}", coalesce(var.region, "unknown")), null)

  # Whether the zone is the domain's own.
  is_mail_from_in_zone = var.mail_from != null && var.record != null && local.delegation == null
  is_named_by_region   = try(strcontains(var.mail_from.subdomain, "{region}"), false)

  mail_from_records = { for type, value in local.is_mail_from_in_zone ? local.contract.mail_from_values : {} : "mail-from-${lower(type)}" => {
    type  = type
    name  = local.mail_from_domain
    value = replace(value, "{region}", coalesce(var.region, "unknown"))
  } }

  # This checks whether the setting exists, and not its value, since the id of a zone in the same configuration is not known at
  # plan time.
  is_in_route53 = try(contains(keys(var.record), "hosted_zone_id"), false)

  # The names belong to the DNS team, and lead into the zone.
  delegation = try(var.record.delegation, null)

  rotation = { for name, value in {
    records         = var.record == null ? null : local.selectors
    overlapDays     = var.overlap_days
    keyLifetimeDays = var.key_lifetime_days
    delegation      = local.delegation
    sharedWith      = local.shared_with
  } : name => value if value != null }

  rotation_of_keys = { for name, value in local.rotation : name => value if contains(["keyLifetimeDays", "delegation"], name) }

  # Before a key is made, DNS is asked whether its selector is in use.
  gate_of_keys = { for name, value in try(local.given.gate, {}) : name => value if var.create_key && contains(["mode", "nameservers", "resolvers"], name) }

  wanted = merge(
    { domain = var.domain, selector = var.selector },
    local.region,
    local.given,
    { for name, value in local.values_in_events : name => value if value != null },
    length(local.rotation) == 0 ? {} : { rotation = local.rotation },
  )

  inspected = jsondecode(data.aws_lambda_invocation.inspection.result)
  drift     = { driftToken = local.inspected.token }

  # Whether another region has the key, makes it, and publishes its record.
  is_home_elsewhere = try(anytrue([for each in var.shared_with : each.home == true]), false)

  # The selector that signs, unless another region is its home, and those whose record stays.
  selectors = distinct(concat(local.is_home_elsewhere ? [] : [var.selector], try(var.record.previous_selectors, [])))
  made      = var.create_key || var.record != null
  asked     = toset([for each in local.selectors : each if each != var.selector || local.made])

  published = toset(var.record == null ? [] : concat(local.selectors, try(local.delegation.selectors, [])))

  key_records = { for each in local.published : each => {
    type  = "TXT"
    name  = join(".", compact(["${each}._domainkey.${var.domain}", try(local.delegation.zone, "")]))
    value = contains(local.asked, each) ? jsondecode(aws_lambda_invocation.dkim_key[each].result).record.value : local.contract.revoked_value
  } }

  senders = concat(
    [for accounts in [try(var.senders.accounts, null)] : {
      Sid       = "SendFromAccounts"
      Effect    = "Allow"
      Principal = { AWS = accounts }
      Action    = local.contract.send_actions
      Resource  = local.identity_arn
    } if accounts != null],
    [for organization in [try(var.senders.organization, null)] : {
      Sid       = "SendFromOrganization"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = local.contract.send_actions
      Resource  = local.identity_arn
      Condition = { StringEquals = { "aws:PrincipalOrgID" = organization } }
    } if organization != null],
  )

  # A place for one key or one record belongs to the current selector. Keys that were made before the key moved to another
  # region are in the usual places.
  key_store_of_others = local.is_home_elsewhere ? {} : { for name, value in local.key_store : name => value if name == "bucket" || (name == "dnsRecords" && endswith(value, "/")) }

  key_inputs = { for each in local.asked : each => jsonencode(merge(
    { resource = "DkimKey", transaction = "key-${each}", domain = var.domain, selector = each },
    local.region,
    var.key_store == null || (local.is_home_elsewhere && each != var.selector) ? {} : { keyStore = each == var.selector ? local.key_store : local.key_store_of_others },
    var.create_key ? {} : { createKey = false },
    var.create_key && local.delegation != null ? { renew = true } : {},
    # If the module publishes the record, the DNS team is asked only for two aliases, once.
    var.record == null || local.delegation != null ? {} : { notifyDnsTeam = false },
    var.mail_from == null || local.is_mail_from_in_zone ? {} : { mailFrom = { for name, value in local.given.mailFrom : name => value if contains(["subdomain", "regions"], name) } },
    length(local.gate_of_keys) == 0 ? {} : { gate = local.gate_of_keys },
    length(local.rotation_of_keys) == 0 ? {} : { rotation = local.rotation_of_keys },
  )) }

  # The id of the stack's baseline.
  stack = jsondecode(aws_lambda_invocation.baseline.input).id

  # This does not use one(…).arn, since the whole identity counts as sensitive, and its ARN would, too.
  identity_arn = one(concat(data.aws_sesv2_email_identity.existing[*].arn, aws_sesv2_email_identity.this[*].arn))
}

# Inspects SES at plan time, through the read-only alias. Nothing in it may be unknown then.
data "aws_lambda_invocation" "inspection" {
  region        = var.region
  function_name = coalesce(var.ready_function_arn, var.function_name)
  qualifier     = local.contract.read_only_alias
  input = jsonencode(merge(
    { resource = "Inspection", domain = var.domain, selector = var.selector },
    local.region,
    var.key_store == null ? {} : { keyStore = local.key_store },
    length(local.rotation) == 0 ? {} : { rotation = local.rotation },
    var.irreversible == null ? {} : { irreversible = var.irreversible },
    var.create_key ? { createKey = true } : {},
  ))
}

# One attempt to change the signing state: its id, new at each replacement, names the transaction. Contents cannot name it: if
# a rotation fails and the selector is changed back, the new attempt has the contents of an earlier one. To force an apply,
# replace this (-replace).
resource "terraform_data" "attempt" {
  triggers_replace = {
    # A record in another zone is proved again like another record, though the function need not know the zone.
    wanted = merge(local.wanted, { function = var.function_name }, local.is_in_route53 ? { zone = var.record.hosted_zone_id } : {})
    drift  = local.inspected.token
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = try(local.inspected.refusal, "nothing") == "nothing"
      error_message = try(local.inspected.refusal, "nothing")
    }
  }
}

# There is one per selector, and not one per attempt: its answer must stay known at plan time, or each attempt would show a
# change of the record.
resource "aws_lambda_invocation" "dkim_key" {
  for_each = local.asked

  region          = var.region
  function_name   = var.function_name
  lifecycle_scope = "CREATE_ONLY"
  input           = local.key_inputs[each.key]
  triggers        = { key = local.key_inputs[each.key] }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
  }
}

resource "aws_route53_record" "this" {
  for_each = { for selector, record in local.key_records : selector => record if local.is_in_route53 }
  provider = aws.zone

  zone_id = var.record.hosted_zone_id
  name    = each.value.name
  type    = each.value.type
  ttl     = local.contract.record_ttl_seconds

  # A character-string of DNS holds 255 bytes (RFC 1035 §3.3), and the provider expects "" between two strings.
  records = [join("\"\"", regexall(".{1,255}", each.value.value))]

  # A record in another zone is created before the gate, and the earlier one is removed after it.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "mail_from" {
  for_each = { for id, record in local.mail_from_records : id => record if local.is_in_route53 }
  provider = aws.zone

  zone_id = var.record.hosted_zone_id
  name    = each.value.name
  type    = each.value.type
  ttl     = local.contract.record_ttl_seconds
  records = [each.value.value]

  # SES leaves the earlier MAIL FROM domain before its records go.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_invocation" "dns_gate" {
  region          = var.region
  function_name   = var.function_name
  lifecycle_scope = "CREATE_ONLY"
  input           = jsonencode(merge({ resource = "DnsGate", transaction = terraform_data.attempt.id }, local.wanted))
  triggers        = { attempt = terraform_data.attempt.id }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
  }

  depends_on = [aws_lambda_invocation.dkim_key, aws_route53_record.this, aws_route53_record.mail_from, var.record_published]
}

data "aws_sesv2_email_identity" "existing" {
  count = var.identity == "existing" ? 1 : 0

  region         = var.region
  email_identity = var.domain
}

# dkim_signing_attributes must stay unset: the provider would undo BYODKIM, and keep the private key in its state.
resource "aws_sesv2_email_identity" "this" {
  count = var.identity == "managed" ? 1 : 0

  region                 = var.region
  email_identity         = var.domain
  configuration_set_name = var.configuration_set_name
  tags                   = merge(var.tags, local.contract.identity_tag)

  depends_on = [aws_lambda_invocation.dns_gate]
}

resource "aws_sesv2_email_identity_feedback_attributes" "this" {
  count = var.feedback_forwarding == null ? 0 : 1

  region                   = var.region
  email_identity           = var.domain
  email_forwarding_enabled = var.feedback_forwarding

  lifecycle {
    precondition {
      condition     = var.identity == "managed"
      error_message = "feedback_forwarding: expected none with an existing identity, which is not changed."
    }
  }

  depends_on = [aws_sesv2_email_identity.this]
}

resource "aws_sesv2_email_identity_mail_from_attributes" "this" {
  count = var.mail_from == null ? 0 : 1

  region                 = var.region
  email_identity         = var.domain
  mail_from_domain       = local.mail_from_domain
  behavior_on_mx_failure = try(var.mail_from.on_mx_failure, "use-default") == "reject" ? "REJECT_MESSAGE" : "USE_DEFAULT_VALUE"

  lifecycle {
    precondition {
      condition     = var.identity == "managed"
      error_message = "mail_from: expected none with an existing identity, which is not changed."
    }
    precondition {
      condition     = var.region != null || !(local.is_mail_from_in_zone || local.is_named_by_region)
      error_message = "region: expected a region, since the name or the MX record of mail_from contains it."
    }
    precondition {
      condition     = local.is_named_by_region || try(length(var.mail_from.regions) == 1, true)
      error_message = "mail_from.subdomain: expected a name for each of mail_from.regions, such as bounce-{region}, since SES takes exactly one MX record at a name, and it names one region."
    }
    precondition {
      condition     = try(contains(var.mail_from.regions, var.region), true)
      error_message = "mail_from.regions: expected a list that includes the region of the identity."
    }
    precondition {
      condition     = !endswith(".${var.mail_from.subdomain}", ".${var.domain}")
      error_message = "mail_from.subdomain: expected only the part before the domain, without the domain itself."
    }
  }

  depends_on = [aws_lambda_invocation.dns_gate, aws_sesv2_email_identity.this, aws_route53_record.mail_from]
}

# Keeps the name of the function that the stack was made with.
resource "terraform_data" "function" {
  input = var.function_name

  lifecycle {
    ignore_changes = [input]
  }
}

# The stack's claim on the domain, and the only object whose delete reaches the function, which treats that as the destroy.
# Each object has an id of its own, which begins with the id of the engine state that has it; only another function, domain or region
# replaces the object.
resource "aws_lambda_invocation" "baseline" {
  region          = var.region
  function_name   = var.function_name
  lifecycle_scope = "CRUD"
  input           = jsonencode(merge({ resource = "Baseline", id = "${terraform_data.function.id}.${uuid()}", domain = var.domain }, local.region, var.identity == "managed" ? { deletesIdentity = true } : {}, var.shared_with == null ? {} : { rotation = local.rotation }))
  triggers        = { domain = var.domain }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]

    # Another function would adopt the domain in its own ledger, and the delete of the earlier baseline would then be a destroy for
    # the earlier function.
    precondition {
      condition     = terraform_data.function.input == var.function_name
      error_message = "function_name: this stack was made with the function ${terraform_data.function.input}; found ${var.function_name}. Once the new function has taken the domain over, the earlier one would treat the end of its Baseline as a destroy, and would roll the domain back. Restore the name of the function. To have the new function take over instead, run the engine's `state rm` for aws_lambda_invocation.baseline and terraform_data.function of this module (such as module.mail.terraform_data.function), both at once, then apply: SES is not changed. The new function needs the key and its DNS information in its own key store."
    }
  }

  # These must still exist when its delete rolls back.
  depends_on = [aws_lambda_invocation.dns_gate, aws_sesv2_email_identity.this, aws_sesv2_email_identity_feedback_attributes.this, aws_sesv2_email_identity_mail_from_attributes.this, data.aws_sesv2_email_identity.existing, aws_route53_record.this, aws_route53_record.mail_from, var.record_published]
}

resource "aws_lambda_invocation" "signing" {
  region          = var.region
  function_name   = var.function_name
  lifecycle_scope = "CREATE_ONLY"
  input           = jsonencode(merge({ resource = "Signing", transaction = terraform_data.attempt.id, stack = local.stack }, local.wanted, local.drift))
  triggers        = { attempt = terraform_data.attempt.id, stack = local.stack }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
  }
}

# Lets other accounts send, once the domain signs.
resource "aws_sesv2_email_identity_policy" "senders" {
  count = var.senders == null ? 0 : 1

  region         = var.region
  email_identity = var.domain
  policy_name    = local.contract.senders_policy
  policy         = jsonencode({ Version = "2012-10-17", Statement = local.senders })

  depends_on = [aws_lambda_invocation.signing]
}

# This is the last resource: once the resources that the caller names exist as well, nothing is reverted.
resource "aws_lambda_invocation" "confirmation" {
  region          = var.region
  function_name   = var.function_name
  lifecycle_scope = "CREATE_ONLY"
  input           = jsonencode(merge({ resource = "Confirmation", transaction = terraform_data.attempt.id, stack = local.stack }, local.wanted, local.drift))
  triggers        = { attempt = terraform_data.attempt.id, stack = local.stack }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
  }

  depends_on = [aws_lambda_invocation.signing, aws_sesv2_email_identity_policy.senders, aws_route53_record.this, aws_route53_record.mail_from, var.record_published, var.confirm_after]
}
