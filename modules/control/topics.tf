locals {
  topics = { for name, choice in var.topics : name => choice if choice != null }

  # If the topic is an ARN, there is nothing to create.
  made_topics         = toset([for name, choice in local.topics : name if can(choice.subscribers) || try(tostring(choice) == "create", false)])
  topic_arns          = merge({ for name, choice in local.topics : name => choice if !contains(local.made_topics, name) }, { for name, topic in aws_sns_topic.this : name => topic.arn })
  distinct_topic_arns = distinct([for name in local.contract.topics : local.topic_arns[name] if contains(keys(local.topic_arns), name)])
  topic_variables     = { for name in local.contract.topics : "BYODKIM_${upper(name)}_TOPIC_ARN" => lookup(local.topic_arns, name, "") }
  subscriptions       = flatten([for name, choice in local.topics : [for endpoint in try(choice.subscribers, []) : { topic = name, endpoint = endpoint }]])
}

# dns asks the DNS team for records, result reports how each change ended, and audit reports findings.
resource "aws_sns_topic" "this" {
  for_each = local.made_topics

  region = var.region
  name   = "${var.function_name}-${each.key}"
  tags   = var.tags
}

# Mail addresses and web servers have to confirm a subscription.
resource "aws_sns_topic_subscription" "this" {
  for_each = { for each in local.subscriptions : "${each.topic} ${each.endpoint}" => each }

  region    = var.region
  topic_arn = aws_sns_topic.this[each.value.topic].arn
  protocol  = startswith(each.value.endpoint, "https://") ? "https" : startswith(each.value.endpoint, "arn:") ? split(":", each.value.endpoint)[2] : "email"
  endpoint  = each.value.endpoint
}
