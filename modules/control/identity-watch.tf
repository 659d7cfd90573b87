# Has the function audit an identity within minutes after somebody has changed it. Where the account has no trail of
# management events, nothing comes, and the daily audit finds it.

resource "aws_cloudwatch_event_rule" "identity_changed" {
  region      = var.region
  name        = "${var.function_name}-changed"
  description = "Somebody has changed an SES identity: the audit checks those that are managed here"
  tags        = var.tags
  event_pattern = jsonencode({
    source        = ["aws.ses"]
    "detail-type" = ["AWS API Call via CloudTrail"]
    detail = {
      eventSource = ["ses.amazonaws.com"]
      eventName   = ["PutEmailIdentityDkimSigningAttributes", "PutEmailIdentityDkimAttributes", "DeleteEmailIdentity", "UntagResource"]
      # What failed has changed nothing.
      errorCode = [{ exists = false }]
      # Users have no session; a role has.
      userIdentity = { sessionContext = { sessionIssuer = { arn = [{ exists = false }, { "anything-but" = [aws_iam_role.function.arn] }] } } }
    }
  })
}

resource "aws_lambda_permission" "identity_changed" {
  region        = var.region
  statement_id  = "identity-changed"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.identity_changed.arn
}

resource "aws_cloudwatch_event_target" "identity_changed" {
  region    = var.region
  rule      = aws_cloudwatch_event_rule.identity_changed.name
  target_id = "audit"
  arn       = aws_lambda_function.this.arn

  depends_on = [aws_lambda_permission.identity_changed]
}
