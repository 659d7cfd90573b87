# The schedule group in which the reverts of unconfirmed changes are armed, and the role with which they invoke the function.

resource "aws_scheduler_schedule_group" "this" {
  region = var.region
  name   = var.function_name
  tags   = var.tags
}

resource "aws_iam_role" "scheduler" {
  name                 = local.scheduler_role_name
  path                 = local.role_path
  permissions_boundary = local.permissions_boundary
  description          = "Invokes the BYODKIM function: reverts of unconfirmed changes, and the audit"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.scheduler_trust })
  tags                 = var.tags

  lifecycle {
    # No other name that is made from the function's is as long as this one.
    precondition {
      condition     = length(local.scheduler_role_name) <= 64
      error_message = "function_name: expected a name of at most ${64 - length(local.scheduler_role_name) + length(var.function_name)} characters, since IAM takes 64 for the name of the role ${local.scheduler_role_name}."
    }
  }
}

resource "aws_iam_role_policy" "scheduler" {
  name = "${local.scheduler_role_name}-may-invoke"
  role = aws_iam_role.scheduler.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.scheduler_granted })
}
