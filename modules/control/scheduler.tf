# The schedule group in which the reverts of unconfirmed changes are armed, and the role with which they invoke the function.

resource "aws_scheduler_schedule_group" "this" {
  region = var.region
  name   = var.function_name
  tags   = var.tags
}

resource "aws_iam_role" "scheduler" {
  name        = local.scheduler_role_name
  description = "Invokes the BYODKIM function: reverts of unconfirmed changes, and the audit"
  # The scheduler names the group, not the schedule (its guide, "confused deputy").
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = {
        "aws:SourceAccount" = local.account
        "aws:SourceArn"     = aws_scheduler_schedule_group.this.arn
      } }
    }]
  })
  tags = var.tags
}

resource "aws_iam_role_policy" "scheduler" {
  name = "${local.scheduler_role_name}-may-invoke"
  role = aws_iam_role.scheduler.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "InvokeFunction"
      Effect = "Allow"
      Action = ["lambda:InvokeFunction"]
      # Targets carry no qualifier, and IAM distinguishes a function from its versions and aliases.
      Resource = [aws_lambda_function.this.arn]
    }]
  })
}
