# Generated from handlers/contract/contract.ts and the constructs: npm run docs.

locals {
  contract = {
    audit_metric = {
      namespace = "Byodkim"
      name      = "DomainsNeedingAttention"
    }
    function_timeout_seconds = 300
    identity_changes = [
      "PutEmailIdentityDkimSigningAttributes",
      "PutEmailIdentityDkimAttributes",
      "PutEmailIdentityMailFromAttributes",
      "PutEmailIdentityFeedbackAttributes",
      "PutEmailIdentityConfigurationSetAttributes",
      "CreateEmailIdentityPolicy",
      "UpdateEmailIdentityPolicy",
      "DeleteEmailIdentityPolicy",
      "DeleteEmailIdentity",
      "TagResource",
      "UntagResource",
      "VerifyDomainDkim",
      "SetIdentityDkimEnabled",
      "SetIdentityMailFromDomain",
      "SetIdentityFeedbackForwardingEnabled",
      "PutIdentityPolicy",
      "DeleteIdentityPolicy",
      "DeleteIdentity",
    ]
    prefixes = {
      audit   = "byodkim-audit/"
      keys    = "dkim-certificates/"
      ledger  = "byodkim-ledger/"
      records = "dns_records/"
    }
    read_only_alias = "read"
    state_metrics = [
      "DomainsVerified",
      "DomainsPending",
      "DomainsTemporaryFailure",
      "DomainsFailed",
      "DomainsOther",
    ]
    topics      = ["dns", "result", "audit"]
    watch_alias = "watch"
  }
}
