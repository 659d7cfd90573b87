# A revert that is dead says nothing by itself: these say it to the audit topic.

locals {
  watched = {
    schedule-target-errors = {
      namespace      = "AWS/Scheduler"
      metric         = "TargetErrorCount"
      dimension      = "ScheduleGroup"
      from           = 1
      period_seconds = 300
      description    = "A schedule fired and could not call the function: a revert or an audit is late. Run byodkim drill to see where it breaks"
    }
    schedule-invocations-dropped = {
      namespace      = "AWS/Scheduler"
      metric         = "InvocationDroppedCount"
      dimension      = "ScheduleGroup"
      from           = 1
      period_seconds = 300
      description    = "A schedule gave up on the function: an unconfirmed change was not reverted, or an audit did not run. Run byodkim status, then byodkim drill"
    }
    schedule-targets-throttled = {
      namespace      = "AWS/Scheduler"
      metric         = "TargetErrorThrottledCount"
      dimension      = "ScheduleGroup"
      from           = 1
      period_seconds = 300
      description    = "Lambda throttled a schedule: a revert or an audit is late"
    }
    schedule-invocations-throttled = {
      namespace      = "AWS/Scheduler"
      metric         = "InvocationThrottleCount"
      dimension      = "ScheduleGroup"
      from           = 1
      period_seconds = 300
      description    = "EventBridge Scheduler is over its quota: a revert or an audit is late"
    }
    function-errors = {
      namespace = "AWS/Lambda"
      metric    = "Errors"
      dimension = "FunctionName"
      # A refused apply is one error; an event of a schedule is tried three times.
      from           = 3
      period_seconds = 900
      description    = "The function failed three times within a quarter of an hour: a revert that cannot go on does, and so do several refused applies. Run byodkim status"
    }
    function-events-dropped = {
      namespace      = "AWS/Lambda"
      metric         = "AsyncEventsDropped"
      dimension      = "FunctionName"
      from           = 1
      period_seconds = 300
      description    = "Lambda gave up on an event of a schedule: a revert or an audit did not end. Run byodkim status"
    }
    function-throttled = {
      namespace      = "AWS/Lambda"
      metric         = "Throttles"
      dimension      = "FunctionName"
      from           = 1
      period_seconds = 300
      description    = "Lambda throttled the function: more at once than its concurrency, or the account, allows"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = contains(keys(local.topics), "audit") ? local.watched : {}

  region              = var.region
  alarm_name          = "${var.function_name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = { (each.value.dimension) = var.function_name }
  statistic           = "Sum"
  period              = each.value.period_seconds
  evaluation_periods  = 1
  threshold           = each.value.from
  comparison_operator = "GreaterThanOrEqualToThreshold"
  # These metrics are there only when there is something to count.
  treat_missing_data = "notBreaching"
  # No notice when it is over: the end does not bring a dropped event back.
  alarm_actions = [local.topic_arns.audit]
  tags          = var.tags
}
