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
    watched = {
      schedule-target-errors = {
        namespace      = "AWS/Scheduler"
        metric         = "TargetErrorCount"
        dimension      = "ScheduleGroup"
        from           = 1
        period_seconds = 300
        description    = "A schedule fired and could not call the function: a revert or an audit is late. Run `byodkim drill` to find out why"
      }
      schedule-invocations-dropped = {
        namespace      = "AWS/Scheduler"
        metric         = "InvocationDroppedCount"
        dimension      = "ScheduleGroup"
        from           = 1
        period_seconds = 300
        description    = "A schedule gave up on the function: an unconfirmed change was not reverted, or an audit did not run. Run `byodkim status`, then `byodkim drill`"
      }
      schedule-targets-throttled = {
        namespace      = "AWS/Scheduler"
        metric         = "TargetErrorThrottledCount"
        dimension      = "ScheduleGroup"
        from           = 1
        period_seconds = 300
        description    = "Lambda throttled a schedule: a revert or an audit is late"
      }
      schedule-invocations-throttled = {
        namespace      = "AWS/Scheduler"
        metric         = "InvocationThrottleCount"
        dimension      = "ScheduleGroup"
        from           = 1
        period_seconds = 300
        description    = "EventBridge Scheduler is over its quota: a revert or an audit is late"
      }
      function-errors = {
        namespace      = "AWS/Lambda"
        metric         = "Errors"
        dimension      = "FunctionName"
        from           = 3
        period_seconds = 900
        description    = "The function failed three times within a quarter of an hour: a revert keeps failing, or several applies were refused. Run `byodkim status`"
      }
      function-events-dropped = {
        namespace      = "AWS/Lambda"
        metric         = "AsyncEventsDropped"
        dimension      = "FunctionName"
        from           = 1
        period_seconds = 300
        description    = "Lambda gave up on an event of a schedule: a revert or an audit did not end. Run `byodkim status`"
      }
      function-throttled = {
        namespace      = "AWS/Lambda"
        metric         = "Throttles"
        dimension      = "FunctionName"
        from           = 1
        period_seconds = 300
        description    = "Lambda throttled the function: there are more invocations at once than its concurrency, or the account, allows"
      }
    }
  }
}
