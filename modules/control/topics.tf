locals {
  topics     = { for name, choice in var.topics : name => choice if choice != null }
  topic_arns = { for name, choice in local.topics : name => choice == "create" ? aws_sns_topic.this[name].arn : choice }
}

# dns asks the DNS team for records; result reports each change's end; audit the findings.
resource "aws_sns_topic" "this" {
  for_each = toset([for name, choice in local.topics : name if choice == "create"])

  region = var.region
  name   = "${var.function_name}-${each.key}"
  tags   = var.tags
}
