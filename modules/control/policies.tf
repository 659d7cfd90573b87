# Generated from the policies of the constructs, which have the reasons: npm run docs.

locals {
  granted_before_listings = [
    {
      Sid      = "ReadSigningState"
      Effect   = "Allow"
      Action   = ["ses:GetEmailIdentity"]
      Resource = ["arn:${local.partition}:ses:*:${local.account}:identity/*"]
    },
    {
      Sid      = "ListIdentities"
      Effect   = "Allow"
      Action   = ["ses:ListEmailIdentities", "ses:ListMultiRegionEndpoints"]
      Resource = ["*"]
    },
    {
      Sid      = "FindTenants"
      Effect   = "Allow"
      Action   = ["ses:ListResourceTenants"]
      Resource = ["arn:${local.partition}:ses:${local.region}:${local.account}:identity/*"]
    },
    {
      Sid      = "ChangeSigningState"
      Effect   = "Allow"
      Action   = ["ses:PutEmailIdentityDkimSigningAttributes", "ses:PutEmailIdentityDkimAttributes"]
      Resource = ["arn:${local.partition}:ses:${local.region}:${local.account}:identity/*"]
      Condition = {
        StringEquals = {
          "aws:ResourceTag/byodkim" = "managed"
        }
      }
    },
    {
      Sid      = "MakeIdentities"
      Effect   = "Allow"
      Action   = ["ses:CreateEmailIdentity", "ses:TagResource"]
      Resource = ["arn:${local.partition}:ses:${local.region}:${local.account}:identity/*"]
      Condition = {
        StringEquals = {
          "aws:RequestTag/byodkim"         = "managed"
          "aws:RequestTag/byodkim-made-by" = "function"
        }
      }
    },
    {
      Sid      = "DeleteMadeIdentities"
      Effect   = "Allow"
      Action   = ["ses:DeleteEmailIdentity"]
      Resource = ["arn:${local.partition}:ses:${local.region}:${local.account}:identity/*"]
      Condition = {
        StringEquals = {
          "aws:ResourceTag/byodkim-made-by" = "function"
        }
      }
    },
    {
      Sid    = "ReadKeysAndRecords"
      Effect = "Allow"
      Action = ["s3:GetObject"]
      Resource = flatten([
        "arn:${local.partition}:s3:::${local.bucket_name}/dkim-certificates/*",
        "arn:${local.partition}:s3:::${local.bucket_name}/dns_records/*",
        [for place in local.also_read : "arn:${local.partition}:s3:::${place}*"],
      ])
      Condition = {
        StringEquals = {
          "aws:ResourceAccount" = local.account
        }
      }
    },
    {
      Sid    = "ReadKeysAsTheyWere"
      Effect = "Allow"
      Action = ["s3:GetObjectVersion"]
      Resource = flatten([
        "arn:${local.partition}:s3:::${local.bucket_name}/dkim-certificates/*",
        [for place in local.also_read : "arn:${local.partition}:s3:::${place}*"],
      ])
      Condition = {
        StringEquals = {
          "aws:ResourceAccount" = local.account
        }
      }
    },
    {
      Sid    = "StoreNewKeysAndRecords"
      Effect = "Allow"
      Action = ["s3:PutObject"]
      Resource = [
        "arn:${local.partition}:s3:::${local.bucket_name}/dkim-certificates/*",
        "arn:${local.partition}:s3:::${local.bucket_name}/dns_records/*",
      ]
      Condition = {
        StringEquals = {
          "aws:ResourceAccount" = local.account
        }
      }
    },
    {
      Sid      = "KeepLedger"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["arn:${local.partition}:s3:::${local.bucket_name}/byodkim-ledger/*"]
      Condition = {
        StringEquals = {
          "aws:ResourceAccount" = local.account
        }
      }
    },
    {
      Sid      = "KeepAuditReports"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["arn:${local.partition}:s3:::${local.bucket_name}/byodkim-audit/*"]
      Condition = {
        StringEquals = {
          "aws:ResourceAccount" = local.account
        }
      }
    },
    {
      Sid      = "KeepDrills"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["arn:${local.partition}:s3:::${local.bucket_name}/byodkim-drill/*"]
      Condition = {
        StringEquals = {
          "aws:ResourceAccount" = local.account
        }
      }
    },
  ]

  granted_after_listings = [
    {
      Sid    = "ArmAndDisarm"
      Effect = "Allow"
      Action = ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"]
      Resource = [
        "arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule/${var.function_name}/byodkim-*",
      ]
    },
    {
      Sid      = "GiveSchedulerItsRole"
      Effect   = "Allow"
      Action   = ["iam:PassRole"]
      Resource = [aws_iam_role.scheduler.arn]
      Condition = {
        StringEquals = {
          "iam:PassedToService" = "scheduler.amazonaws.com"
        }
      }
    },
    {
      Sid      = "PutEvents"
      Effect   = "Allow"
      Action   = ["events:PutEvents"]
      Resource = ["arn:${local.partition}:events:${local.region}:${local.account}:event-bus/default"]
      Condition = {
        StringEquals = {
          "events:source" = "byodkim"
        }
      }
    },
    {
      Sid      = "SendNotices"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = local.distinct_topic_arns
    },
    {
      Sid      = "CountSubscribers"
      Effect   = "Allow"
      Action   = ["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"]
      Resource = local.distinct_topic_arns
    },
    {
      Sid      = "UseKeyStoreKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.kms_key_arn[*]
      Condition = {
        StringLike = {
          "kms:ViaService" = "s3.*"
        }
      }
    },
    {
      Sid    = "WriteLogs"
      Effect = "Allow"
      Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = [
        "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.log_group_name}:*",
      ]
    },
  ]

  denied = [
    {
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
      Condition = {
        Bool = {
          "aws:SecureTransport" = "false"
        }
      }
    },
    {
      Sid       = "PrivateKeysForTheFunctionAlone"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:GetObject*", "s3:DeleteObjectVersion"]
      Resource  = ["${local.bucket_arn}/dkim-certificates/*"]
      Condition = {
        ArnNotLike = {
          "aws:PrincipalArn" = flatten([local.function_role_arn, var.key_readers])
        }
      }
    },
    {
      Sid       = "KeysByNamedWritersAlone"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:PutObject*", "s3:ReplicateObject"]
      Resource  = ["${local.bucket_arn}/dkim-certificates/*", "${local.bucket_arn}/dns_records/*"]
      Condition = {
        ArnNotLike = {
          "aws:PrincipalArn" = flatten([local.function_role_arn, var.key_writers])
        }
      }
    },
    {
      Sid       = "LedgersByTheFunctionAlone"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:PutObject*", "s3:DeleteObject*", "s3:ReplicateObject", "s3:ReplicateDelete"]
      Resource = [
        "${local.bucket_arn}/byodkim-ledger/*",
        "${local.bucket_arn}/byodkim-audit/*",
        "${local.bucket_arn}/byodkim-drill/*",
      ]
      Condition = {
        ArnNotLike = {
          "aws:PrincipalArn" = [local.function_role_arn]
        }
      }
    },
  ]

  function_trust = [
    {
      Effect = "Allow"
      Principal = {
        Service = "lambda.amazonaws.com"
      }
      Action = "sts:AssumeRole"
      Condition = {
        StringEqualsIfExists = {
          "aws:SourceAccount" = local.account
        }
      }
    },
  ]

  scheduler_trust = [
    {
      Effect = "Allow"
      Principal = {
        Service = "scheduler.amazonaws.com"
      }
      Action = "sts:AssumeRole"
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = local.account
          "aws:SourceArn"     = aws_scheduler_schedule_group.this.arn
        }
      }
    },
  ]

  scheduler_granted = [
    {
      Sid      = "InvokeFunction"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [aws_lambda_function.this.arn]
    },
  ]
}
