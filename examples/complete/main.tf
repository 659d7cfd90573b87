provider "aws" {
  region = "ap-northeast-1"

  # SES takes about one call a second.
  max_retries = 25
  retry_mode  = "adaptive"

  default_tags {
    tags = { team = "mail" }
  }
}

# A zone in another account has a provider of its own here.
provider "aws" {
  alias  = "zone"
  region = "ap-northeast-1"
}

module "control" {
  source = "../../modules/control"

  region             = "ap-northeast-1"
  bucket             = { name = "example-dkim-keys" }
  key_readers        = ["arn:aws:iam::123456789012:role/backup"]
  log_retention_days = 400
  dashboard          = true
  notice_contact     = "mail-team@example.com"
  audit              = { schedule = "cron(0 6 * * ? *)" }
  tags               = { team = "mail" }

  topics = {
    dns    = { subscribers = ["dns-team@example.com"] }
    result = "create"
    audit  = { subscribers = ["mail-team@example.com"] }
  }
}

module "mail" {
  source    = "../../modules/domain"
  providers = { aws = aws, aws.zone = aws.zone }

  region              = "ap-northeast-1"
  domain              = "example.com"
  selector            = "s1"
  create_key          = true
  record              = { hosted_zone_id = "Z0123456789ABCDEFGHIJ" }
  gate                = { wait_seconds = 120, strict = true }
  mail_from           = { subdomain = "bounce" }
  feedback_forwarding = false
  senders             = { accounts = ["210987654321"] }
  tags                = { team = "mail" }

  # Whatever has to work before the change is kept: if this topic cannot be made, signing is rolled back.
  confirm_after = [aws_sns_topic.bounces.arn]

  # These references order both modules: the function destroys a domain, so it must still exist then.
  function_name      = module.control.function_name
  ready_function_arn = module.control.ready_function_arn
}

resource "aws_sns_topic" "bounces" {
  name = "bounces"
}
