output "identity_arn" {
  description = "ARN of the SES identity."
  value       = local.identity_arn
}

output "verified_identity_arn" {
  description = "ARN of the SES identity, once SES has verified it; resources that use it are created after that. It is null without verification.required. Resources in confirm_after must not use it."
  value       = try(var.verification.required == true, false) ? element([local.identity_arn, aws_lambda_invocation.confirmation.result], 0) : null
}

output "record_name" {
  description = "Name at which the DKIM record is published."
  value       = "${var.selector}._domainkey.${var.domain}"
}

output "record_value" {
  description = "Value of the DKIM record, without quotation marks. It is null unless `create_key` or `record` is set, and if another region is the home of the key."
  value       = contains(local.asked, var.selector) ? jsondecode(aws_lambda_invocation.dkim_key[var.selector].result).record.value : null
}

output "mail_from_domain" {
  description = "The MAIL FROM domain. It is null without `mail_from`."
  value       = local.mail_from_domain
}

output "records" {
  description = "The records to publish, by selector (and mail-from-mx, mail-from-txt): type, name, value. Empty unless record is set."
  value       = merge(local.key_records, local.mail_from_records)
}

output "transaction" {
  description = "Id of the current attempt."
  value       = terraform_data.attempt.id
}

output "signing_result" {
  description = "The function's answer when it set BYODKIM, as JSON text. Resources that send mail should depend on it."
  value       = aws_lambda_invocation.signing.result
}
