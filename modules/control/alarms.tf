# A revert that is dead reports nothing by itself, so these alarms notify the audit topic.

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = contains(keys(local.topics), "audit") ? local.contract.watched : {}

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
  # These metrics have data only when there is something to count.
  treat_missing_data = "notBreaching"
  # No notice is sent when the alarm ends, since that does not restore a dropped event.
  alarm_actions = [local.topic_arns.audit]
  tags          = var.tags
}
