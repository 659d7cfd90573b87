output "identity_arn" {
  description = "ARN of the SES identity."
  value       = local.identity_arn
}

output "record_name" {
  description = "Where the DKIM record is published."
  value       = "${var.selector}._domainkey.${var.domain}"
}

output "transaction" {
  description = "Id of the current attempt."
  value       = terraform_data.attempt.id
}

output "signing_result" {
  description = "What the function answered when it set BYODKIM, as JSON text. Whoever sends mail should depend on it."
  value       = aws_lambda_invocation.signing.result
}
