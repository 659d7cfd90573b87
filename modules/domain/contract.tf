# Generated from handlers/contract/contract.ts and the constructs: npm run docs.

locals {
  contract = {
    identity_tag = {
      byodkim = "managed"
    }
    mail_from_values = {
      MX  = "10 feedback-smtp.{region}.amazonses.com"
      TXT = "v=spf1 include:amazonses.com ~all"
    }
    read_only_alias    = "read"
    record_ttl_seconds = 300
    revoked_value      = "v=DKIM1; p="
    send_actions       = ["ses:SendEmail", "ses:SendRawEmail"]
    senders_policy     = "byodkim-senders"
  }
}
