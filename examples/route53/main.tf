provider "aws" {
  region = "ap-northeast-1"

  # SES takes about one call a second.
  max_retries = 25
  retry_mode  = "adaptive"
}

module "control" {
  source = "../../modules/control"

  region = "ap-northeast-1"
  bucket = { name = "example-dkim-keys" }
  topics = { dns = "create", result = "create", audit = "create" }
}

module "mail" {
  source    = "../../modules/domain"
  providers = { aws = aws, aws.zone = aws }

  region     = "ap-northeast-1"
  domain     = "example.com"
  selector   = "s1"
  create_key = true
  record     = { hosted_zone_id = "Z0123456789ABCDEFGHIJ" }
  gate       = { wait_seconds = 120 }

  # These references order both modules: the function destroys a domain, so it must still exist then.
  function_name      = module.control.function_name
  ready_function_arn = module.control.ready_function_arn
}
