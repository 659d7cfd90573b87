locals {
  zip = coalesce(var.zip, "${path.module}/../../dist/handler.zip")

  zip_is_published = var.zip_sha256 == null || try(filesha256(local.zip) == lower(var.zip_sha256), false)

  given = { for setting, value in { gate = var.gate, allow = var.allow } : setting => { for name, each in value : lookup(local.names_in_events, name, name) => each if each != null } if value != null }

  settings = { for name, value in {
    BYODKIM_GATE      = lookup(local.given, "gate", null)
    BYODKIM_ALLOW     = lookup(local.given, "allow", null)
    BYODKIM_ALSO_READ = var.also_read
  } : name => jsonencode(value) if value != null }
}

resource "aws_iam_role" "function" {
  name                 = local.role_name
  path                 = local.role_path
  permissions_boundary = local.permissions_boundary
  description          = "Permissions of the BYODKIM function"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = local.function_trust })
  tags                 = var.tags
}

resource "aws_iam_role_policy" "function" {
  name   = local.role_name
  role   = aws_iam_role.function.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_cloudwatch_log_group" "function" {
  region            = var.region
  name              = local.log_group_name
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  region           = var.region
  function_name    = var.function_name
  description      = "Proves DKIM records in DNS, and only then sets BYODKIM on SES identities"
  role             = aws_iam_role.function.arn
  runtime          = "nodejs24.x"
  handler          = "index.handler"
  architectures    = [var.architecture]
  memory_size      = 512
  timeout          = local.contract.function_timeout_seconds
  filename         = local.zip
  source_code_hash = filebase64sha256(local.zip)
  tags             = var.tags

  environment {
    variables = merge(var.environment, {
      BYODKIM_KEY_STORE_BUCKET   = local.bucket_name
      BYODKIM_SCHEDULER_ROLE_ARN = aws_iam_role.scheduler.arn
      BYODKIM_SCHEDULE_GROUP     = var.function_name
      BYODKIM_KMS_KEY_ARN        = var.kms_key_arn == null ? "" : var.kms_key_arn
      BYODKIM_NOTICE_LANGUAGE    = var.notice_language
      BYODKIM_NOTICE_CONTACT     = var.notice_contact
    }, local.topic_variables, local.settings)
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  lifecycle {
    precondition {
      condition     = local.zip_is_published
      error_message = "${local.zip} is not the zip that was published: its SHA-256 is not ${coalesce(var.zip_sha256, "known")}. Take the zip from the release again, or correct zip_sha256."
    }
  }

  # Dependents of the function start once it can work, and it is deleted before the resources that it needs.
  depends_on = [
    aws_iam_role_policy.function,
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_policy.this,
    aws_scheduler_schedule_group.this,
  ]
}

# Nothing can be changed through it.
resource "aws_lambda_alias" "read" {
  region        = var.region
  name          = local.contract.read_only_alias
  description   = "Accepts only requests that read"
  function_name = aws_lambda_function.this.function_name
  # Runs the same code as the other aliases.
  function_version = "$LATEST"
}

resource "aws_lambda_function_event_invoke_config" "this" {
  region                 = var.region
  function_name          = aws_lambda_function.this.function_name
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

# Holds the function's ARN as soon as the function works. This is not the function's own attribute: Terraform defers everything
# that refers to a resource with a pending change to the apply, so each new version of the code would look like drift.
resource "terraform_data" "ready" {
  input = aws_lambda_function.this.arn

  depends_on = [aws_lambda_alias.read]
}
