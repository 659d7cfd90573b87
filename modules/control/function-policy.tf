# The permissions of the function; docs/permissions.md has the reasons. They name no domain, so their size is constant.

locals {
  also_read = coalesce(var.also_read, [])

  # The buckets that the function may list, with their prefixes, the key store's own first.
  other_buckets = distinct([for place in local.also_read : split("/", place)[0] if split("/", place)[0] != local.bucket_name])
  prefixes_in = { for name in concat([local.bucket_name], local.other_buckets) : name => concat(
    name == local.bucket_name ? ["${local.contract.prefixes.ledger}*", "${local.contract.prefixes.audit}*", "${local.contract.prefixes.keys}*", "${local.contract.prefixes.records}*"] : [],
    [for place in local.also_read : "${join("/", slice(split("/", place), 1, length(split("/", place))))}*" if split("/", place)[0] == name],
  ) }

  listings = [for index, name in concat([local.bucket_name], local.other_buckets) : {
    Sid      = index == 0 ? "TellMissingFromForbidden" : "TellMissingFromForbidden${index + 1}"
    Effect   = "Allow"
    Action   = ["s3:ListBucket"]
    Resource = ["arn:${local.partition}:s3:::${name}"]
    # Somebody else may have taken over a bucket name that was given up. The grant covers the whole of a bucket of our own.
    Condition = merge({ StringEquals = { "aws:ResourceAccount" = local.account } }, {
      for operator, keys in { StringLikeIfExists = { "s3:prefix" = local.prefixes_in[name] } } : operator => keys
      if name != local.bucket_name || !local.is_made
    })
  }]

  # A statement without a resource belongs to a part that this deployment does not have.
  statements = [for each in concat(local.granted_before_listings, local.listings, local.granted_after_listings) : each if length(each.Resource) > 0]
}
