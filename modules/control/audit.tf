# The daily audit of every domain, and the alarms on it.

resource "aws_scheduler_schedule" "audit" {
  region                       = var.region
  name                         = "${var.function_name}-audit"
  group_name                   = aws_scheduler_schedule_group.this.name
  description                  = "Checks whether records are published, whether SES verifies them, and whether keys are due"
  schedule_expression          = coalesce(var.audit.schedule, "cron(0 3 * * ? *)")
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
  dimensions          = local.metric_dimensions
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

locals {
  # One region may have several functions.
  metric_dimensions = { service = var.function_name }
  # The day on which a period begins, as a number such as 20261231, which CloudWatch can compare.
  audit_day = "(YEAR(audits) * 10000 + MONTH(audits) * 100 + DATE(audits))"
}

resource "aws_cloudwatch_metric_alarm" "overdue" {
  count = contains(keys(local.topics), "audit") ? 1 : 0

  region              = var.region
  alarm_name          = "${var.function_name}-audit-overdue"
  alarm_description   = "No full audit has finished in two days, so nothing is watching the domains. Check the schedule of the audit, then run `byodkim status --always`"
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  # If CloudWatch cannot compute the expression, the alarm is raised.
  treat_missing_data = "breaching"
  alarm_actions      = [local.topic_arns.audit]
  ok_actions         = [local.topic_arns.audit]

  metric_query {
    id = "audits"
    # Each audit of all domains is one sample, whatever it finds.
    metric {
      namespace   = local.contract.audit_metric.namespace
      metric_name = local.contract.audit_metric.name
      dimensions  = local.metric_dimensions
      stat        = "SampleCount"
      period      = 86400
    }
  }

  metric_query {
    id = "counted"
    # Each day up to the one on which the group was created counts as one with an audit.
    expression  = "IF(${local.audit_day} <= ${formatdate("YYYYMMDD", aws_scheduler_schedule_group.this.creation_date)}, 1, FILL(audits, 0))"
    return_data = true
  }
}
