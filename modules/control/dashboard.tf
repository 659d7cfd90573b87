# The dashboard shows how many domains need a person, the states of the domains, and whether the function and its schedules
# work.

locals {
  # One region may have several functions.
  metric_dimensions = { service = var.function_name }

  # The metrics of the audit by name, as CloudWatch writes them: namespace, name, dimensions.
  audited = { for name in concat([local.contract.audit_metric.name], local.contract.state_metrics) : name => concat(
    [local.contract.audit_metric.namespace, name],
    flatten([for dimension, value in local.metric_dimensions : [dimension, value]]),
  ) }

  graphs = [
    {
      title   = "Domains that need a person"
      metrics = [local.audited[local.contract.audit_metric.name]]
      stat    = "Maximum", period = 86400, stacked = false
    },
    {
      title   = "Domains by status in SES"
      metrics = [for name in local.contract.state_metrics : local.audited[name]]
      stat    = "Maximum", period = 86400, stacked = true
    },
    {
      title = "Failures of the function and its schedules"
      metrics = [
        ["AWS/Lambda", "Errors", "FunctionName", var.function_name],
        ["AWS/Lambda", "Throttles", "FunctionName", var.function_name],
        ["AWS/Scheduler", "InvocationDroppedCount", "ScheduleGroup", var.function_name],
      ]
      stat = "Sum", period = 3600, stacked = false
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  count = var.dashboard ? 1 : 0

  region         = var.region
  dashboard_name = var.function_name
  dashboard_body = jsonencode({ widgets = [for row, graph in local.graphs : {
    type       = "metric"
    x          = 0
    y          = 6 * row
    width      = 24
    height     = 6
    properties = merge(graph, { region = local.group_arn[3], view = "timeSeries" })
  }] })
}
