# Two regions sign with one key and one record. Tokyo is the home of the key; Virginia reads it there.

provider "aws" {
  region = "ap-northeast-1"

  # SES takes about one call a second.
  max_retries = 25
  retry_mode  = "adaptive"
}

locals {
  home     = { region = "ap-northeast-1", bucket = "example-dkim-keys-ap-northeast-1" }
  other    = { region = "us-east-1", bucket = "example-dkim-keys-us-east-1" }
  domain   = "example.com"
  selector = "s1"
  zone_id  = "Z0123456789ABCDEFGHIJ"
  shared   = ["dkim-certificates/${local.domain}/", "dns_records/${local.domain}/", "byodkim-ledger/"]
}

module "control_home" {
  source = "../../modules/control"

  region      = local.home.region
  bucket      = { name = local.home.bucket }
  key_readers = [module.control_other.function_role_arn]
  also_read   = [for each in local.shared : "${local.other.bucket}/${each}"]
  topics      = { dns = "create", result = "create", audit = "create" }
}

module "control_other" {
  source = "../../modules/control"

  region      = local.other.region
  bucket      = { name = local.other.bucket }
  key_readers = [module.control_home.function_role_arn]
  also_read   = [for each in local.shared : "${local.home.bucket}/${each}"]
  topics      = { dns = "create", result = "create", audit = "create" }
}

module "mail_home" {
  source    = "../../modules/domain"
  providers = { aws = aws, aws.zone = aws }

  region      = local.home.region
  domain      = local.domain
  selector    = local.selector
  create_key  = true
  record      = { hosted_zone_id = local.zone_id }
  gate        = { wait_seconds = 120 }
  shared_with = [local.other]

  function_name      = module.control_home.function_name
  ready_function_arn = module.control_home.ready_function_arn
}

module "mail_other" {
  source    = "../../modules/domain"
  providers = { aws = aws, aws.zone = aws }

  region      = local.other.region
  domain      = local.domain
  selector    = local.selector
  key_store   = { bucket = local.home.bucket }
  gate        = { wait_seconds = 120 }
  shared_with = [merge(local.home, { home = true })]

  # The key and its record are made first.
  record_published = module.mail_home.records

  function_name      = module.control_other.function_name
  ready_function_arn = module.control_other.ready_function_arn
}
