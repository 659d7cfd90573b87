# A plan knows this value. Resources that refer to it are created after everything that the function needs, and are destroyed
# before that. The order is here, and not in a `depends_on` of the domain's module, which would defer its inspection to the
# apply whenever anything in the control plane changes.
output "function_name" {
  description = "Name of the function, for `function_name` of the domains: known before the function is created. Resources that use it are ordered after the function."
  value       = var.function_name

  depends_on = [
    aws_lambda_function.this,
    aws_lambda_alias.read,
    aws_lambda_function_event_invoke_config.this,
    aws_iam_role_policy.function,
    aws_iam_role_policy.scheduler,
    aws_cloudwatch_log_group.function,
    aws_scheduler_schedule_group.this,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_policy.this,
    aws_sns_topic.this,
  ]
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "ready_function_arn" {
  description = "For `ready_function_arn` of a domain in the same configuration: not known before the function works."
  value       = terraform_data.ready.output
}

output "read_only_alias_arn" {
  description = "ARN of the function's alias `read`, through which nothing can be changed."
  value       = aws_lambda_alias.read.arn
}

output "function_role_arn" {
  description = "ARN of the function's role: for the policy of a KMS key, or of a bucket that this module does not make."
  value       = aws_iam_role.function.arn
}

output "scheduler_role_arn" {
  description = "ARN of the role with which EventBridge Scheduler calls the function."
  value       = aws_iam_role.scheduler.arn
}

output "schedule_group_arn" {
  description = "ARN of the schedule group, in which reverts are armed."
  value       = aws_scheduler_schedule_group.this.arn
}

output "log_group_arn" {
  description = "ARN of the function's log group."
  value       = aws_cloudwatch_log_group.function.arn
}

output "topic_arns" {
  description = "ARNs of the topics that are made or named, by `dns`, `result` and `audit`: for subscriptions."
  value       = local.topic_arns
}

output "alarm_arns" {
  description = "ARNs of the alarms, by what follows the function's name in theirs. Empty without an audit topic."
  value = { for each in concat(
    values(aws_cloudwatch_metric_alarm.this),
    aws_cloudwatch_metric_alarm.attention,
    aws_cloudwatch_metric_alarm.overdue,
  ) : trimprefix(each.alarm_name, "${var.function_name}-") => each.arn }
}

output "key_store_bucket" {
  description = "Name of the bucket that stores the private keys."
  value       = local.bucket_name
}

output "key_store_bucket_arn" {
  description = "ARN of that bucket."
  value       = local.bucket_arn
}
