output "identity_arns" {
  description = "ARNs of the SES identities, which sign with one key."
  value       = [module.mail_home.identity_arn, module.mail_other.identity_arn]
}
