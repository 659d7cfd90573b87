provider "aws" {
  region = "ap-northeast-1"

  # SES takes about one call a second.
  max_retries = 25
  retry_mode  = "adaptive"
}

module "control" {
  source = "../../modules/control"

  region          = "ap-northeast-1"
  bucket          = { name = "example-dkim-keys" }
  key_writers     = ["arn:aws:iam::123456789012:role/mail-keys"]
  topics          = { dns = { subscribers = ["dns-team@example.com"] }, result = "create", audit = "create" }
  notice_language = "en"
  notice_contact  = "mail-team@example.com"
}

module "mail" {
  source    = "../../modules/domain"
  providers = { aws = aws, aws.zone = aws }

  region   = "ap-northeast-1"
  domain   = "example.com"
  selector = "s1"

  # These references order both modules: the function destroys a domain, so it must still exist then.
  function_name      = module.control.function_name
  ready_function_arn = module.control.ready_function_arn
}
