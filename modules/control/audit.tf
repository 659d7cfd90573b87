# The daily audit of every domain, and the alarms on it.

resource "aws_scheduler_schedule" "audit" {
  region                       = var.region
  name                         = "${var.function_name}-audit"
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = "Checks whether records are published, whether SES verifies them, and whether keys are due"
  schedule_expression          = coalesce(lookup(var.audit, "schedule", null), "cron(0 3 * * ? *)")
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this.arn
    role_arn = aws_iam_role.scheduler.arn
    # scheduled: a failure is thrown, so that Lambda repeats the audit and then notifies the audit topic.
    input = jsonencode({ action = "audit", scheduled = true })
  }
}

resource "aws_cloudwatch_metric_alarm" "attention" {
  count = contains(keys(local.topics), "audit") ? 1 : 0

  region              = var.region
  alarm_name          = "${var.function_name}-domains-needing-attention"
  alarm_description   = "The BYODKIM audit found a record, an SES status or a key that a person must check"
  namespace           = local.contract.audit_metric.namespace
  metric_name         = local.contract.audit_metric.name
  dimensions          = local.contract.audit_metric.dimensions
  statistic           = "Maximum"
  period              = 86400
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  # If an audit is late, the alarm keeps its state.
  treat_missing_data = "ignore"
  alarm_actions      = [local.topic_arns.audit]
  ok_actions         = [local.topic_arns.audit]
}

resource "aws_cloudwatch_metric_alarm" "overdue" {
  count = contains(keys(local.topics), "audit") ? 1 : 0

  region              = var.region
  alarm_name          = "${var.function_name}-audit-overdue"
  alarm_description   = "No audit of all domains has ended for two days, or none has ended yet: nobody watches the domains. Check the schedule of the audit, then run byodkim audit --always"
  namespace           = local.contract.audit_metric.namespace
  metric_name         = local.contract.audit_metric.name
  dimensions          = local.contract.audit_metric.dimensions
  statistic           = "SampleCount"
  period              = 86400
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  # A schedule that is gone or disabled produces no data.
  treat_missing_data = "breaching"
  alarm_actions      = [local.topic_arns.audit]
  ok_actions         = [local.topic_arns.audit]
}
