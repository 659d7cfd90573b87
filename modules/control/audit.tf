# The daily audit of every domain.

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
