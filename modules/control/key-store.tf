# The bucket of private keys, DNS information, ledgers and audit reports. It is private, versioned, encrypted and TLS only, and
# only the function may read keys.

locals {
  existing = var.bucket.existing
  new_name = var.bucket.name
  is_made  = local.existing == null
  # prevent_destroy accepts no variable, so there is one bucket of each kind, and only one of them is created.
  bucket      = one(concat(aws_s3_bucket.protected, aws_s3_bucket.unprotected))
  bucket_name = local.is_made ? local.bucket.bucket : local.existing
  bucket_arn  = "arn:${local.partition}:s3:::${local.bucket_name}"
  # The role is named here and not referred to, since the function and the bucket would otherwise wait for each other.
  function_role_arn = "arn:${local.partition}:iam::${local.account}:role${local.role_path}${local.role_name}"
}

resource "aws_s3_bucket" "protected" {
  count = local.is_made && var.protect_keys ? 1 : 0

  region        = var.region
  bucket        = local.new_name
  bucket_prefix = local.new_name == null ? local.bucket_prefix : null
  tags          = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket" "unprotected" {
  count = local.is_made && !var.protect_keys ? 1 : 0

  region        = var.region
  bucket        = local.new_name
  bucket_prefix = local.new_name == null ? local.bucket_prefix : null
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  count = local.is_made ? 1 : 0

  region                  = var.region
  bucket                  = local.bucket_name
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
  # A destroy that stops because the bucket still holds keys must not leave the bucket open.
  skip_destroy = true
}

resource "aws_s3_bucket_versioning" "this" {
  count = local.is_made ? 1 : 0

  region = var.region
  bucket = local.bucket_name

  versioning_configuration {
    status = "Enabled"
  }
}

# No resource depends on it. There is no rule for keys and DNS information, so all of their versions stay.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = local.is_made ? 1 : 0

  region = var.region
  bucket = local.bucket_name

  rule {
    id     = "audit-reports"
    status = "Enabled"

    # Reports begin with their date: findings.json, which the next audit reads, is not among them.
    filter {
      prefix = "${local.contract.prefixes.audit}2"
    }

    expiration {
      days = 400
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }

  rule {
    id     = "ledger-versions"
    status = "Enabled"

    filter {
      prefix = local.contract.prefixes.ledger
    }

    noncurrent_version_expiration {
      noncurrent_days           = 90
      newer_noncurrent_versions = 10
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count = local.is_made ? 1 : 0

  region = var.region
  bucket = local.bucket_name

  rule {
    bucket_key_enabled = var.kms_key_arn != null
    # This is S3's default since April 2026. It is set explicitly, since every plan would otherwise show a difference.
    blocked_encryption_types = ["SSE-C"]

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

# The policy grants nothing. It denies access that other policies grant, so that s3:Get* (AWS's ReadOnlyAccess) reads no
# private key, s3:Put* stores none, and only the function writes ledgers. It locks nobody out of the bucket's policy: a
# principal that may set the policy can still change it.
resource "aws_s3_bucket_policy" "this" {
  count = local.is_made ? 1 : 0

  region = var.region
  bucket = local.bucket_name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.denied })

  # S3 refuses two changes of a bucket's access at once.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
