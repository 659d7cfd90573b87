# The permissions of the function; docs/permissions.md has the reasons. They name no domain, so their size is constant.

locals {
  identities   = "arn:${local.partition}:ses:${local.region}:${local.account}:identity/*"
  objects      = "arn:${local.partition}:s3:::${local.bucket_name}"
  also_read    = coalesce(var.also_read, [])
  other_places = [for place in local.also_read : "arn:${local.partition}:s3:::${place}*"]

  # Somebody else may have taken over a bucket name that was given up.
  ours = { StringEquals = { "aws:ResourceAccount" = local.account } }

  # The buckets that the function may list, with their prefixes, the key store's own first.
  other_buckets = distinct([for place in local.also_read : split("/", place)[0] if split("/", place)[0] != local.bucket_name])
  prefixes_in = { for name in concat([local.bucket_name], local.other_buckets) : name => concat(
    name == local.bucket_name ? ["${local.contract.prefixes.ledger}*", "${local.contract.prefixes.audit}*", "${local.contract.prefixes.keys}*", "${local.contract.prefixes.records}*"] : [],
    [for place in local.also_read : "${join("/", slice(split("/", place), 1, length(split("/", place))))}*" if split("/", place)[0] == name],
  ) }

  statements = concat(
    [
      { Sid = "ReadSigningState", Action = ["ses:GetEmailIdentity"], Resource = ["arn:${local.partition}:ses:*:${local.account}:identity/*"] },
      { Sid = "ListIdentities", Action = ["ses:ListEmailIdentities", "ses:ListMultiRegionEndpoints"], Resource = ["*"] },
      { Sid = "FindTenants", Action = ["ses:ListResourceTenants"], Resource = [local.identities] },
      {
        Sid       = "ChangeSigningState"
        Action    = ["ses:PutEmailIdentityDkimSigningAttributes", "ses:PutEmailIdentityDkimAttributes"]
        Resource  = [local.identities]
        Condition = { StringEquals = { for key, value in local.contract.identity_tag : "aws:ResourceTag/${key}" => value } }
      },
      {
        Sid       = "MakeIdentities"
        Action    = ["ses:CreateEmailIdentity", "ses:TagResource"]
        Resource  = [local.identities]
        Condition = { StringEquals = { for key, value in merge(local.contract.identity_tag, local.contract.made_tag) : "aws:RequestTag/${key}" => value } }
      },
      {
        Sid       = "DeleteMadeIdentities"
        Action    = ["ses:DeleteEmailIdentity"]
        Resource  = [local.identities]
        Condition = { StringEquals = { for key, value in local.contract.made_tag : "aws:ResourceTag/${key}" => value } }
      },
      {
        Sid       = "ReadKeysAndRecords"
        Action    = ["s3:GetObject"]
        Resource  = concat(["${local.objects}/${local.contract.prefixes.keys}*", "${local.objects}/${local.contract.prefixes.records}*"], local.other_places)
        Condition = local.ours
      },
      {
        Sid       = "ReadKeysAsTheyWere"
        Action    = ["s3:GetObjectVersion"]
        Resource  = concat(["${local.objects}/${local.contract.prefixes.keys}*"], local.other_places)
        Condition = local.ours
      },
      {
        Sid       = "StoreNewKeysAndRecords"
        Action    = ["s3:PutObject"]
        Resource  = ["${local.objects}/${local.contract.prefixes.keys}*", "${local.objects}/${local.contract.prefixes.records}*"]
        Condition = local.ours
      },
      { Sid = "KeepLedger", Action = ["s3:GetObject", "s3:PutObject"], Resource = ["${local.objects}/${local.contract.prefixes.ledger}*"], Condition = local.ours },
      { Sid = "KeepAuditReports", Action = ["s3:GetObject", "s3:PutObject"], Resource = ["${local.objects}/${local.contract.prefixes.audit}*"], Condition = local.ours },
      { Sid = "KeepDrills", Action = ["s3:GetObject", "s3:PutObject"], Resource = ["${local.objects}/${local.contract.prefixes.drill}*"], Condition = local.ours },
    ],
    [for index, name in concat([local.bucket_name], local.other_buckets) : {
      Sid      = index == 0 ? "TellMissingFromForbidden" : "TellMissingFromForbidden${index + 1}"
      Action   = ["s3:ListBucket"]
      Resource = ["arn:${local.partition}:s3:::${name}"]
      # The grant covers the whole of a bucket of our own.
      Condition = merge(local.ours, {
        for operator, keys in { StringLikeIfExists = { "s3:prefix" = local.prefixes_in[name] } } : operator => keys
        if name != local.bucket_name || !local.is_made
      })
    }],
    [
      {
        Sid      = "ArmAndDisarm"
        Action   = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]
        Resource = ["arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule/${var.function_name}/byodkim-*"]
      },
      {
        Sid       = "GiveSchedulerItsRole"
        Action    = ["iam:PassRole"]
        Resource  = [aws_iam_role.scheduler.arn]
        Condition = { StringEquals = { "iam:PassedToService" = "scheduler.amazonaws.com" } }
      },
      {
        Sid       = "PutEvents"
        Action    = ["events:PutEvents"]
        Resource  = ["arn:${local.partition}:events:${local.region}:${local.account}:event-bus/default"]
        Condition = { StringEquals = { "events:source" = local.contract.event_source } }
      },
    ],
    length(local.topic_arns) == 0 ? [] : [
      { Sid = "SendNotices", Action = ["sns:Publish"], Resource = local.distinct_topic_arns },
      {
        Sid      = "CountSubscribers"
        Action   = ["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"]
        Resource = local.distinct_topic_arns
      },
    ],
    var.kms_key_arn == null ? [] : [
      {
        Sid       = "UseKeyStoreKey"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = [var.kms_key_arn]
        Condition = { StringLike = { "kms:ViaService" = "s3.*" } }
      },
    ],
    [
      {
        Sid      = "WriteLogs"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.log_group_name}:*"]
      },
    ],
  )
}
