# Generated from constructs/alarms.ts and constructs/audit-schedule.ts, which have the reasons: npm run docs.

locals {
  watched = {
    function-errors = {
      alarm_description = "The function failed three times within a quarter of an hour: a revert keeps failing, or several applies were refused. Run `byodkim status`"
      alarm_name        = "${var.function_name}-function-errors"
      dimensions = {
        FunctionName = var.function_name
      }
      metric_name = "Errors"
      namespace   = "AWS/Lambda"
      period      = 900
      threshold   = 3
    }
    function-events-dropped = {
      alarm_description = "Lambda gave up on an event of a schedule: a revert or an audit did not end. Run `byodkim status`"
      alarm_name        = "${var.function_name}-function-events-dropped"
      dimensions = {
        FunctionName = var.function_name
      }
      metric_name = "AsyncEventsDropped"
      namespace   = "AWS/Lambda"
      period      = 300
      threshold   = 1
    }
    function-throttled = {
      alarm_description = "Lambda throttled the function: there are more invocations at once than its concurrency, or the account, allows"
      alarm_name        = "${var.function_name}-function-throttled"
      dimensions = {
        FunctionName = var.function_name
      }
      metric_name = "Throttles"
      namespace   = "AWS/Lambda"
      period      = 300
      threshold   = 1
    }
    schedule-invocations-dropped = {
      alarm_description = "A schedule gave up on the function: an unconfirmed change was not reverted, or an audit did not run. Run `byodkim status`, then `byodkim drill`"
      alarm_name        = "${var.function_name}-schedule-invocations-dropped"
      dimensions = {
        ScheduleGroup = var.function_name
      }
      metric_name = "InvocationDroppedCount"
      namespace   = "AWS/Scheduler"
      period      = 300
      threshold   = 1
    }
    schedule-invocations-throttled = {
      alarm_description = "EventBridge Scheduler is over its quota: a revert or an audit is late"
      alarm_name        = "${var.function_name}-schedule-invocations-throttled"
      dimensions = {
        ScheduleGroup = var.function_name
      }
      metric_name = "InvocationThrottleCount"
      namespace   = "AWS/Scheduler"
      period      = 300
      threshold   = 1
    }
    schedule-target-errors = {
      alarm_description = "A schedule fired and could not call the function: a revert or an audit is late. Run `byodkim drill` to find out why"
      alarm_name        = "${var.function_name}-schedule-target-errors"
      dimensions = {
        ScheduleGroup = var.function_name
      }
      metric_name = "TargetErrorCount"
      namespace   = "AWS/Scheduler"
      period      = 300
      threshold   = 1
    }
    schedule-targets-throttled = {
      alarm_description = "Lambda throttled a schedule: a revert or an audit is late"
      alarm_name        = "${var.function_name}-schedule-targets-throttled"
      dimensions = {
        ScheduleGroup = var.function_name
      }
      metric_name = "TargetErrorThrottledCount"
      namespace   = "AWS/Scheduler"
      period      = 300
      threshold   = 1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for id, each in local.watched : id => each if contains(keys(local.topics), "audit") }

  alarm_actions       = [local.topic_arns.audit]
  alarm_description   = each.value.alarm_description
  alarm_name          = each.value.alarm_name
  comparison_operator = "GreaterThanOrEqualToThreshold"
  dimensions          = each.value.dimensions
  evaluation_periods  = 1
  metric_name         = each.value.metric_name
  namespace           = each.value.namespace
  period              = each.value.period
  region              = var.region
  statistic           = "Sum"
  tags                = var.tags
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "attention" {
  count = contains(keys(local.topics), "audit") ? 1 : 0

  alarm_actions       = [local.topic_arns.audit]
  alarm_description   = "The BYODKIM audit found a record, an SES status or a key that a person must check"
  alarm_name          = "${var.function_name}-domains-needing-attention"
  comparison_operator = "GreaterThanThreshold"
  dimensions = {
    service = var.function_name
  }
  evaluation_periods = 1
  metric_name        = "DomainsNeedingAttention"
  namespace          = "Byodkim"
  ok_actions         = [local.topic_arns.audit]
  period             = 86400
  region             = var.region
  statistic          = "Maximum"
  tags               = var.tags
  threshold          = 0
  treat_missing_data = "ignore"
}

resource "aws_cloudwatch_metric_alarm" "overdue" {
  count = contains(keys(local.topics), "audit") ? 1 : 0

  alarm_actions       = [local.topic_arns.audit]
  alarm_description   = "No full audit has finished in two days, so nothing is watching the domains. Check the schedule of the audit, then run `byodkim status --always`"
  alarm_name          = "${var.function_name}-audit-overdue"
  comparison_operator = "LessThanThreshold"
  evaluation_periods  = 2
  ok_actions          = [local.topic_arns.audit]
  region              = var.region
  tags                = var.tags
  threshold           = 1
  treat_missing_data  = "breaching"

  metric_query {
    id = "audits"

    metric {
      dimensions = {
        service = var.function_name
      }
      metric_name = "DomainsNeedingAttention"
      namespace   = "Byodkim"
      period      = 86400
      stat        = "SampleCount"
    }
  }

  metric_query {
    expression  = "IF((YEAR(audits) * 10000 + MONTH(audits) * 100 + DATE(audits)) <= ${formatdate("YYYYMMDD", aws_scheduler_schedule_group.this.creation_date)}, 1, FILL(audits, 0))"
    id          = "counted"
    return_data = true
  }
}
