locals {
  # Role names contain the region, since all regions of an account share one namespace of roles.
  role_name            = var.region == null ? var.function_name : "${var.function_name}-${var.region}"
  scheduler_role_name  = "${local.role_name}-scheduler"
  role_path            = coalesce(var.roles.path, "/")
  permissions_boundary = var.roles.permissions_boundary
  log_group_name       = "/aws/lambda/${var.function_name}"
  # A bucket's prefix ends at 37 characters.
  bucket_prefix = "${substr(replace(lower(var.function_name), "_", "-"), 0, min(31, length(var.function_name)))}-keys-"

  # The account is read from an ARN, since a data source would be read at each plan.
  group_arn = split(":", aws_scheduler_schedule_group.this.arn)
  partition = local.group_arn[1]
  account   = local.group_arn[4]
  # `*` if it is not known at plan.
  region = coalesce(var.region, "*")
}
