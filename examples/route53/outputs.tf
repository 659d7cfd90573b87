output "identity_arn" {
  description = "ARN of the SES identity, which signs."
  value       = module.mail.identity_arn
}

output "record_name" {
  description = "Name of the DKIM record in the hosted zone."
  value       = module.mail.record_name
}
