output "key_store_bucket" {
  description = "The bucket into which the owner of the key puts it."
  value       = module.control.key_store_bucket
}

output "record_name" {
  description = "Name of the record that the DNS team publishes."
  value       = module.mail.record_name
}

output "identity_arn" {
  description = "ARN of the SES identity, which signs."
  value       = module.mail.identity_arn
}
