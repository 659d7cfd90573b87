locals {
  topics     = { for name, choice in var.topics : name => choice if choice != null }
  topic_arns = { for name, choice in local.topics : name => choice == "create" ? aws_sns_topic.this[name].arn : choice }
}

# What each tells: dns the DNS team which record to publish; result how each change ended; audit what the audit found.
resource "aws_sns_topic" "this" {
  for_each = toset([for name, choice in local.topics : name if choice == "create"])

  region = var.region
  name   = "${var.function_name}-${each.key}"
  tags   = var.tags
}
