# The daily audit of every domain, and the alarm on its findings.

resource "aws_scheduler_schedule" "audit" {
  region                       = var.region
  name                         = "${var.function_name}-audit"
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = "Looks whether records are published, SES verifies them, and keys are young enough"
  schedule_expression          = coalesce(lookup(var.audit, "schedule", null), "cron(0 3 * * ? *)")
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.this.arn
    role_arn = aws_iam_role.scheduler.arn
    # scheduled: a failure is thrown, so that Lambda repeats it and then tells the audit topic.
    input = jsonencode({ action = "audit", scheduled = true })
  }
}

resource "aws_cloudwatch_metric_alarm" "attention" {
  count = contains(keys(local.topics), "audit") ? 1 : 0

  region              = var.region
  alarm_name          = "${var.function_name}-domains-needing-attention"
  alarm_description   = "The BYODKIM audit found a record, an SES status or a key that a person must look at"
  namespace           = "Byodkim"
  metric_name         = "DomainsNeedingAttention"
  dimensions          = { service = "byodkim" }
  statistic           = "Maximum"
  period              = 86400
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  # Where an audit is late the state stays as it was; other alarms notify of the audit that did not run.
  treat_missing_data = "ignore"
  alarm_actions      = [local.topic_arns.audit]
  ok_actions         = [local.topic_arns.audit]
}
