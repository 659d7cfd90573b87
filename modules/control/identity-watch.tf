# Makes the function audit an identity within minutes of a manual change. In an account without a trail of management events,
# no event arrives, and the daily audit finds the change.

resource "aws_cloudwatch_event_rule" "identity_changed" {
  region      = var.region
  name        = "${var.function_name}-changed"
  description = "An SES identity was changed manually: the audit checks it if it is managed here"
  tags        = var.tags
  event_pattern = jsonencode({
    source        = ["aws.ses"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["ses.amazonaws.com"]
      eventName   = local.contract.identity_changes
      # A call that failed has changed nothing.
      errorCode = [{ exists = false }]
      # Users have no session; a role has.
      userIdentity = { sessionContext = { sessionIssuer = { arn = [{ exists = false }, { "anything-but" = [aws_iam_role.function.arn] }] } } }
    }
  })
}

# A principal that may write the targets of rules could make this one send anything, so the alias accepts only CloudTrail's
# events.
resource "aws_lambda_alias" "watch" {
  region           = var.region
  name             = local.contract.watch_alias
  description      = "Takes CloudTrail’s events, and nothing else"
  function_name    = aws_lambda_function.this.function_name
  function_version = "$LATEST"
}

resource "aws_lambda_permission" "identity_changed" {
  region        = var.region
  statement_id  = "identity-changed"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  qualifier     = aws_lambda_alias.watch.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.identity_changed.arn
}

resource "aws_cloudwatch_event_target" "identity_changed" {
  region    = var.region
  rule      = aws_cloudwatch_event_rule.identity_changed.name
  target_id = "audit"
  arn       = aws_lambda_alias.watch.arn

  depends_on = [aws_lambda_permission.identity_changed]
}

# Lambda has this setting for each alias.
resource "aws_lambda_function_event_invoke_config" "watch" {
  region                 = var.region
  function_name          = aws_lambda_function.this.function_name
  qualifier              = aws_lambda_alias.watch.name
  maximum_retry_attempts = 2

  dynamic "destination_config" {
    for_each = contains(keys(local.topic_arns), "audit") ? [local.topic_arns.audit] : []

    content {
      on_failure {
        destination = destination_config.value
      }
    }
  }
}
