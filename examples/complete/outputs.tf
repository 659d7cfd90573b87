output "function_role_arn" {
  description = "For the policy of a KMS key."
  value       = module.control.function_role_arn
}

output "control" {
  description = "ARNs of the control plane's resources."
  value = {
    function       = module.control.function_arn
    read_only      = module.control.read_only_alias_arn
    scheduler_role = module.control.scheduler_role_arn
    schedules      = module.control.schedule_group_arn
    log_group      = module.control.log_group_arn
    topics         = module.control.topic_arns
    alarms         = module.control.alarm_arns
    key_store      = module.control.key_store_bucket_arn
  }
}

output "identity_arn" {
  description = "ARN of the SES identity, which signs."
  value       = module.mail.identity_arn
}

output "dkim_record" {
  description = "The record that is published."
  value       = { name = module.mail.record_name, value = module.mail.record_value }
}

output "mail_from_domain" {
  description = "The MAIL FROM domain."
  value       = module.mail.mail_from_domain
}
