import type { Fact } from './fact';

const SES = 'https://docs.aws.amazon.com/ses/latest/dg';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg';
const SCHEDULER = 'https://docs.aws.amazon.com/scheduler/latest/UserGuide';

/**
 * The statements about AWS that the product relies on, by service, and those whose answer it does not know. A page is a source
 * only if its words were read; a shape of a model, words of the SDK, an action and a recorded answer are compared.
 */
export const FACTS: Readonly<Record<string, readonly Fact[]>> = {
  'SES: keys and signing': [
    {
      says: 'whether a domain may send while SES verifies a key that was set since, be it the same key again',
      at: ['handlers/words/unsigned-mail.ts#UNVERIFIED_MAIL', 'handlers/aws/email-identity.ts#SigningState'],
      asked: 'May a domain send while SES verifies the …?',
      either:
        'Nothing promises that it may. A change of a domain that sends is announced with the ways without a gap first, a domain that may not send is an urgent finding, a key that is in force is not set again, and the sandbox refuses the mail by default.',
      mail: [
        'handlers/words/unsigned-mail.ts#BEFORE_A_PUT',
        'handlers/audit/judge/identity.ts#judgeSigning',
        'handlers/transaction/decide.ts#decide',
        'packages/sandbox/contract/sending.ts#SendingMeanwhile',
      ],
    },
    {
      says: 'how long SES takes to verify; users report from five minutes to an hour',
      at: ['handlers/budgets.ts#VERIFICATION_CHECKS', 'handlers/transaction/arming.ts#verificationMinutes'],
      asked: 'May a domain send while SES verifies the …?',
      either:
        'A change stays armed until SES says SUCCESS or its deadline is over, and is then rolled back. The recorded rows contain the time.',
      mail: ['handlers/transaction/arming.ts#verificationMinutes'],
    },
    {
      says: 'how SES verifies one key in two regions; two public projects do this, but we have not seen it',
      at: ['handlers/sharing/other-regions.ts#OtherRegions'],
      asked: 'Does SES verify one key in two regions at once?',
      either: 'Each region has a gate, a revert and a check of its own.',
      mail: ['handlers/transaction/arming.ts#verificationMinutes'],
    },
    {
      says: 'whether Easy DKIM’s tokens return after BYODKIM',
      at: ['handlers/transaction/restore.ts#writeBack'],
      asked: "Do Easy DKIM's tokens come back after a round trip?",
      either: 'If they differ, a warning has the CNAMEs to publish.',
      mail: ['handlers/transaction/restore.ts#writeBack'],
    },
    {
      says: 'the status in the answer to a Put and right after it',
      at: ['handlers/ledger/signing-state.ts#STALE_READ_MS'],
      asked: 'What is the status in the answer to a Put, and at the next two reads?',
      either: '`NOT_STARTED` counts as PENDING for a minute.',
      mail: false,
    },
    {
      says: 'the tokens of a key of your own; the API reference names the selector, an example of the guide shows none',
      at: ['handlers/aws/email-identity.ts#signingStateOf'],
      asked: 'What are the tokens of an identity with a key of its own?',
      either: 'If there is no token, the ledger’s selector counts.',
      mail: false,
    },
    {
      says: 'whether SES verifies a key that it was given in PKCS#8; its guide takes both forms, and public platforms use PKCS#8',
      at: ['handlers/keys/format/rsa.ts#derForSes'],
      asked: 'Does SES verify a key that it was given in PKCS#8?',
      either: 'A key goes to SES as PKCS#1.',
      mail: ['handlers/keys/format/rsa.ts#derForSes'],
    },
    {
      says: 'how soon SES misses a lost record, and when its 72 hours begin',
      at: ['handlers/audit/judge/identity.ts#judgeLapse'],
      either: 'The audit asks DNS itself every day, and its finding gives the earliest hour.',
      mail: ['handlers/audit/judge/identity.ts#judgeLapse'],
    },
    {
      says: 'whether SES also switches signing off when it gives up',
      at: ['handlers/ledger/seen.ts#isOffBySes'],
      either: 'Healing sets both the key and the switch, and a rollback reads SES.',
      mail: ['handlers/transaction/heal.ts#heal', 'handlers/transaction/restore.ts#writeBack'],
    },
    {
      says: 'whether an individually verified address is signed by its domain; the guide says that it is not, and others saw that it is',
      at: ['handlers/audit/judge/survey.ts#survey'],
      either: 'The audit reports such addresses. In the sandbox their mail is unsigned.',
      mail: ['handlers/audit/judge/survey.ts#survey'],
    },
    {
      says: 'whether an identity with `AWS_SES_<REGION>` can be given that origin again; the call lists these values and describes only two',
      at: ['handlers/transaction/snapshot.ts#planRestoration'],
      either:
        'It counts as not restorable: the change is refused beforehand, unless `irreversible: allow` is set.',
      mail: ['handlers/transaction/snapshot.ts#planRestoration'],
    },
    {
      says: 'The private key is base64 of at most 20,480 characters.',
      at: ['handlers/keys/format/pem.ts#MAX_BASE64_LENGTH'],
      heldBy: [
        { model: 'ses', shape: 'PrivateKey', has: { max: 20480, pattern: '^[a-zA-Z0-9+\\/]+={0,2}$' } },
      ],
    },
    {
      says: 'The key is an RSA key of 1,024 to 2,048 bits. (The API reference says "1024 or 2048-bit".)',
      at: ['handlers/key-limits.ts#KEY_BITS'],
      heldBy: [
        { page: `${SES}/send-email-authentication-dkim-bring-your-own.html` },
        { sdk: 'sesv2', words: 'The private key must use 1024 or 2048-bit RSA encryption' },
      ],
    },
    {
      says: 'A selector has 1 to 63 letters, digits and hyphens, with a letter or digit at both ends.',
      at: ['handlers/contract/contract.ts#SELECTOR_PATTERN'],
      heldBy: [
        {
          model: 'ses',
          shape: 'Selector',
          has: {
            max: 63,
            min: 1,
            pattern: '^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]*[a-zA-Z0-9]))$',
          },
        },
      ],
    },
    {
      says: 'SES looks for a new record for up to 72 hours.',
      at: ['handlers/contract/contract.ts#SES_VERIFIES_HOURS'],
      heldBy: [
        {
          sdk: 'sesv2',
          words:
            'searches for the appropriate records in the DNS configuration of the domain for up to 72 hours',
        },
      ],
    },
    {
      says: 'If a record that SES has verified goes, the status is TEMPORARY_FAILURE for 72 hours, then FAILED; after that, signing is disabled and has to be set up again.',
      at: ['handlers/audit/judge/identity.ts#judgeLapse', 'handlers/audit/judge/healing.ts#withHealing'],
      heldBy: [
        { page: `${SES}/managing-identities.html`, copy: 2023 },
        { page: `${SES}/troubleshoot-dkim.html`, copy: 2023 },
      ],
    },
    {
      says: 'A status is NOT_STARTED, PENDING, SUCCESS, FAILED or TEMPORARY_FAILURE.',
      at: ['handlers/transaction/verify.ts#requirePending', 'handlers/transaction/restore.ts#FINAL'],
      heldBy: [
        {
          model: 'ses',
          shape: 'DkimStatus',
          has: { enum: ['PENDING', 'SUCCESS', 'FAILED', 'TEMPORARY_FAILURE', 'NOT_STARTED'] },
        },
      ],
    },
    {
      says: 'While the status is PENDING, SES does not sign with the earlier key of Easy DKIM.',
      at: ['handlers/words/unsigned-mail.ts#BEFORE_A_PUT'],
      heldBy: [{ page: `${SES}/send-email-authentication-dkim-bring-your-own.html` }],
    },
    {
      says: 'One can only send from an identity that is verified, which `VerifiedForSendingStatus` shows.',
      at: ['handlers/aws/email-identity.ts#signingStateOf', 'handlers/audit/judge/identity.ts#judgeSigning'],
      heldBy: [{ sdk: 'sesv2', words: 'You can only send email from verified email addresses or domains' }],
    },
    {
      says: 'SES signs each message as amazonses.com, too.',
      at: ['handlers/words/unsigned-mail.ts#UNVERIFIED_MAIL'],
      heldBy: [{ page: `${SES}/send-email-authentication-dkim-manual.html` }],
    },
    {
      says: 'SES does not replicate a key of your own to other regions.',
      at: ['handlers/sharing/other-regions.ts#OtherRegions'],
      heldBy: [
        {
          model: 'ses',
          shape: 'VerificationError',
          has: {
            enum: ['REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED'],
          },
        },
      ],
    },
  ],
  'SES: the API': [
    {
      says: 'what a second apply within seconds sees',
      at: ['handlers/budgets.ts#POLL'],
      asked: 'What does a second apply within seconds see?',
      either:
        'A read may be older than a change that was made within 15 seconds, so it decides nothing alone.',
      mail: ['handlers/transaction/restore.ts#observeSettled'],
    },
    {
      says: 'whether SES answers the flag of an identity that does not exist with 400, as others have seen, or with 404',
      at: ['handlers/transaction/restore.ts#restore'],
      either: 'An identity counts as gone after 404, and after 400 if it is not there when it is read again.',
      mail: false,
    },
    {
      says: 'which regions have tenants, and how SES answers `ListResourceTenants` in the others',
      at: ['handlers/transaction/tenants.ts#refuseHeld'],
      either:
        'A destroy ends before the rollback if SES names a tenant, is throttled or fails. If SES refuses the call for good, the destroy goes on and logs that.',
      mail: ['handlers/transaction/tenants.ts#refuseHeld'],
    },
    {
      says: 'SES refuses to delete an identity that a tenant holds.',
      at: ['handlers/aws/tenants.ts#TenantAssociation', 'handlers/transaction/tenants.ts#refuseHeld'],
      heldBy: [{ page: 'https://github.com/ekristen/aws-nuke/issues/962' }],
    },
    {
      says: 'SES takes one control call a second from an account; sending is not counted.',
      at: [
        'handlers/budgets.ts#AWS_CALL',
        'handlers/audit/audit.ts#SES_INTERVAL_MS',
        'cli/pace/ses-pace.ts#SES_INTERVAL_MS',
      ],
      heldBy: [{ page: `${SES}/quotas.html`, copy: 2023 }],
    },
    {
      says: 'A page of identities has at most 1,000.',
      at: ['handlers/aws/email-identity.ts#PAGE'],
      heldBy: [
        {
          sdk: 'sesv2',
          words: 'The value you specify has to be at least 0, and can be no more than 1000',
        },
      ],
    },
    {
      says: 'A page of global endpoints has at most 1,000.',
      at: ['handlers/aws/email-identity.ts#PAGE'],
      heldBy: [{ model: 'ses', shape: 'PageSizeV2', has: { max: 1000 } }],
    },
    {
      says: 'A global endpoint that sends has the status READY.',
      at: ['handlers/aws/email-identity.ts#emailIdentities'],
      heldBy: [{ model: 'ses', shape: 'Status', has: { enum: ['CREATING', 'READY', 'FAILED', 'DELETING'] } }],
    },
    {
      says: 'The name of an identity’s policy has at most 64 characters.',
      at: ['handlers/contract/contract.ts#SENDERS_POLICY'],
      heldBy: [{ model: 'ses', shape: 'PolicyName', has: { max: 64 } }],
    },
    {
      says: 'An identity’s policy names accounts, users and services, and its resource is the identity.',
      at: ['constructs/senders.ts#sendEmailPolicyName'],
      heldBy: [{ page: `${SES}/policy-anatomy.html` }],
    },
    {
      says: 'Messages to the mailbox simulator do not count against the daily quota, cost as much as others, and are accepted from a new account.',
      at: ['tools/conformance/sending.ts#SIMULATOR'],
      heldBy: [{ page: 'https://docs.aws.amazon.com/ses/latest/DeveloperGuide/mailbox-simulator.html' }],
    },
  ],
  'SES: MAIL FROM': [
    {
      says: 'whether SES follows an alias (CNAME) at the name of a MAIL FROM domain',
      at: ['handlers/mail-domain/mail-from.ts#judgeAnswer'],
      asked: 'Does SES follow an alias (CNAME) at the name of a MAIL FROM domain?',
      either: 'The gate refuses an alias there.',
      mail: ['handlers/mail-domain/mail-from.ts#judgeAnswer'],
    },
    {
      says: 'whether MAIL FROM accepts an MX preference other than 10',
      at: ['handlers/mail-domain/mail-from.ts#wrongMx'],
      either: 'The gate requires 10, as AWS’s guide does.',
      mail: ['handlers/mail-domain/mail-from.ts#wrongMx'],
    },
    {
      says: 'the status of a MAIL FROM domain right after it was set',
      at: ['handlers/aws/email-identity.ts#mailFromOf'],
      asked: 'What is the status of a MAIL FROM domain without records, right after it was set?',
      either: 'A status that is absent counts as PENDING, which is no finding.',
      mail: false,
    },
    {
      says: 'The MAIL FROM domain has exactly one MX record, `10 feedback-smtp.REGION.amazonses.com`, and the SPF record `v=spf1 include:amazonses.com ~all`.',
      at: ['handlers/contract/contract.ts#mailFromRecords'],
      heldBy: [{ page: `${SES}/mail-from.html` }],
    },
    {
      says: 'Without its MX record, mail goes out with amazonses.com as MAIL FROM, or is refused, as `BehaviorOnMxFailure` says; this holds for PENDING, FAILED and TEMPORARY_FAILURE.',
      at: ['handlers/aws/email-identity.ts#mailFromOf', 'handlers/audit/judge/identity.ts#judgeMx'],
      heldBy: [
        {
          sdk: 'sesv2',
          words:
            'These behaviors are taken when the custom MAIL FROM domain configuration is in the PENDING, FAILED, and TEMPORARY_FAILURE states',
        },
      ],
    },
  ],
  'IAM and tags': [
    {
      says: 'how soon the policy of a new role takes effect',
      at: ['handlers/budgets.ts#ARRIVAL'],
      asked: 'How soon does the policy of a new role take effect?',
      either: 'A call that is refused before the Put is repeated for a minute.',
      mail: false,
    },
    {
      says: 'how soon IAM sees the tag of a new identity',
      at: ['handlers/budgets.ts#ARRIVAL'],
      asked: 'How soon does a new tag take effect for aws:ResourceTag?',
      either: 'An early refusal is repeated for a minute. Nothing was set until then.',
      mail: false,
    },
    {
      says: 'which ARN IAM checks when an alias gets its permission and its destination',
      at: ['constructs/roles/deploy-control.ts#functionStatements'],
      either: 'Both are granted.',
      mail: false,
    },
    {
      says: 'whether Lambda names the account (`aws:SourceAccount`) at each use of the function’s role',
      at: ['constructs/handler-function.ts#HandlerFunction'],
      either: 'The condition is "IfExists": another account that is named is refused.',
      mail: false,
    },
    {
      says: '`aws:RequestTag` works for `ses:TagResource` and for `ses:CreateEmailIdentity`.',
      at: ['constructs/function-policy.ts#signingStatements'],
      asked: 'Does aws:RequestTag work for ses:TagResource?',
      heldBy: [
        { action: 'ses:TagResource', takes: 'aws:RequestTag' },
        { action: 'ses:CreateEmailIdentity', takes: 'aws:RequestTag' },
      ],
    },
    {
      says: '`aws:ResourceTag` works for both Puts, and for the delete of an identity.',
      at: ['constructs/function-policy.ts#OURS'],
      heldBy: [
        { action: 'ses:PutEmailIdentityDkimSigningAttributes', takes: 'aws:ResourceTag' },
        { action: 'ses:PutEmailIdentityDkimAttributes', takes: 'aws:ResourceTag' },
        { action: 'ses:DeleteEmailIdentity', takes: 'aws:ResourceTag' },
      ],
    },
    {
      says: 'A change in IAM, also of tags, takes time to become visible everywhere.',
      at: ['handlers/budgets.ts#ARRIVAL'],
      heldBy: [{ page: `${IAM}/troubleshoot_general.html`, copy: 2023 }],
    },
    {
      says: 'A managed policy has at most 6,144 characters, and all inline policies of a role together 10,240, without white space.',
      at: [
        'constructs/policy-documents.ts#MANAGED_POLICY_CHARACTERS',
        'constructs/function-policy.ts#ROLE_POLICY_CHARACTERS',
      ],
      heldBy: [
        { page: `${IAM}/access-analyzer-reference-policy-checks.html`, copy: 2023 },
        { page: `${IAM}/reference_policies_grammar.html`, copy: 2023 },
      ],
    },
    {
      says: 'A role takes ten managed policies, and twenty on request.',
      at: ['constructs/policy-documents.ts#MANAGED_POLICIES'],
      heldBy: [{ page: `${IAM}/reference_iam-quotas.html`, copy: 2023 }],
    },
    {
      says: 'The name of a role has at most 64 characters.',
      at: ['constructs/names.ts#NAME_LENGTH'],
      heldBy: [{ model: 'iam', shape: 'roleNameType', has: { max: 64 } }],
    },
    {
      says: 'The name of an inline policy has at most 128 characters.',
      at: ['constructs/senders.ts#POLICY_NAME_LENGTH'],
      heldBy: [{ model: 'iam', shape: 'policyNameType', has: { max: 128 } }],
    },
    {
      says: 'A refusal says "with an explicit deny in a … policy" or "because no … policy allows", in most services.',
      at: ['handlers/aws/aws-error.ts#denialIn'],
      heldBy: [{ page: `${IAM}/troubleshoot_access-denied.html`, copy: 2023 }],
    },
    {
      says: 'A trust policy can limit the jobs of GitHub by `aud` and `sub` of their token.',
      at: ['constructs/roles/role.ts#githubTrust'],
      heldBy: [{ page: `${IAM}/id_roles_create_for-idp_oidc.html`, copy: 2023 }],
    },
    {
      says: 'The alias of a KMS key as a policy’s resource does not cover the key.',
      at: ['constructs/control-settings.ts#KMS_KEY'],
      heldBy: [{ page: 'https://docs.aws.amazon.com/kms/latest/developerguide/abac.html', copy: 2023 }],
    },
  ],
  S3: [
    {
      says: 'which prefix the check of a missing object carries, on which 404 or 403 depends',
      at: ['constructs/function-policy.ts#listingStatements'],
      asked: 'What does S3 answer to who may list, for an object that is missing?',
      either: 'The grant covers the whole key store, and other buckets with "IfExists".',
      mail: false,
    },
    {
      says: 'whether reading a version that is gone needs a list permission',
      at: ['handlers/keys/stored-key.ts#fetchRecordedKey'],
      either:
        'After ACCESS_DENIED, too, a rollback takes the current object if it holds the same key. Otherwise the denial is its error.',
      mail: ['handlers/keys/stored-key.ts#fetchRecordedKey'],
    },
    {
      says: 'A read after a write sees the write, also of an object that was replaced, and in lists.',
      at: ['handlers/ledger/ledger-store.ts#ledgerStore'],
      heldBy: [{ page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html', copy: 2023 }],
    },
    {
      says: 'A conditional write is refused with 412 if the condition fails, and with 409 while another one is in progress.',
      at: ['handlers/aws/object-store.ts#isLostRace'],
      heldBy: [
        { recorded: 's3', what: 'a first write of what is there' },
        { recorded: 's3', what: 'a write over another version' },
        { sdk: 's3', words: 'If a conflicting operation occurs during the upload S3 returns a' },
      ],
    },
    {
      says: 'A conditional write over an object that is gone is refused with 404.',
      at: ['handlers/aws/object-store.ts#isLostRace'],
      heldBy: [{ recorded: 's3', what: 'a write over nothing' }],
    },
    {
      says: 'A missing object answers 404 only to those that may list the bucket, and 403 to others.',
      at: ['constructs/function-policy.ts#listingStatements'],
      heldBy: [
        { sdk: 's3', words: "If you don't have the s3:ListBucket permission, Amazon S3 returns an HTTP" },
      ],
    },
    {
      says: 'A version is read with `s3:GetObjectVersion`, without `s3:GetObject`.',
      at: ['constructs/function-policy.ts#keyStatements'],
      heldBy: [{ sdk: 's3', words: 'The s3:GetObject permission is not required in this scenario' }],
    },
    {
      says: 'A request with another owner of the bucket than the expected one is refused with 403.',
      at: ['handlers/aws/object-store.ts#objectStore'],
      heldBy: [
        {
          sdk: 's3',
          words:
            'does not match the actual owner of the bucket, the request fails with the HTTP status code 403 Forbidden',
        },
      ],
    },
    {
      says: 'A page of a list has at most 1,000 keys.',
      at: ['handlers/aws/object-store.ts#objectStore'],
      heldBy: [{ sdk: 's3', words: 'By default, the action returns up to 1,000 key names' }],
    },
    {
      says: 'A bucket’s objects are encrypted with a KMS key in the context `aws:s3:arn`.',
      at: ['constructs/function-policy.ts#sharedStatements'],
      heldBy: [
        {
          page: 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-determining-usage.html',
          copy: 2023,
        },
      ],
    },
  ],
  'EventBridge Scheduler': [
    {
      says: 'The name of a schedule has at most 64 letters, digits, hyphens, underscores and dots, and its client token no dot.',
      at: ['handlers/aws/schedules.ts#createScheduleInput'],
      heldBy: [
        { model: 'scheduler', shape: 'Name', has: { max: 64, pattern: '^[0-9a-zA-Z-_.]+$' } },
        { model: 'scheduler', shape: 'ClientToken', has: { max: 64, pattern: '^[a-zA-Z0-9-_]+$' } },
      ],
    },
    {
      says: 'A schedule fires within 60 seconds of its time.',
      at: ['handlers/drill/drill.ts#SOONEST_MS', 'handlers/audit/run/later.ts#PAUSE_MS'],
      heldBy: [{ page: `${SCHEDULER}/schedule-types.html` }],
    },
    {
      says: 'A one-time schedule is written `at(yyyy-mm-ddThh:mm:ss)`.',
      at: ['handlers/aws/schedules.ts#createScheduleInput'],
      heldBy: [
        { sdk: 'scheduler', words: 'at expression - at(yyyy-mm-ddThh:mm:ss)' },
        { recorded: 'scheduler', what: 'the expression at(2021-12-31T23:59:59Z)' },
      ],
    },
    {
      says: 'A schedule with `ActionAfterCompletion: DELETE` is deleted after it has fired, also if all of its attempts failed.',
      at: ['handlers/aws/schedules.ts#createScheduleInput'],
      heldBy: [
        { model: 'scheduler', shape: 'ActionAfterCompletion', has: { enum: ['NONE', 'DELETE'] } },
        {
          page: 'https://aws.amazon.com/blogs/compute/automatically-delete-schedules-upon-completion-with-amazon-eventbridge-scheduler/',
        },
      ],
    },
    {
      says: 'whether a schedule that cannot deliver is retried for a day by default; 24 hours and 185 attempts are the most that can be set',
      at: ['handlers/budgets.ts#REVERT_RETRY', 'handlers/aws/schedules.ts#createScheduleInput'],
      either:
        'The daily audit finds a revert that did not come (`REVERT_OVERDUE`) and arms it again. An audit topic is notified earlier, by the alarm `schedule-invocations-dropped`.',
      mail: ['handlers/audit/judge/open-change.ts#checkOpen', 'constructs/alarms.ts#OF_SCHEDULES'],
    },
    {
      says: 'The scheduler names the schedule’s group as `aws:SourceArn`, not the schedule.',
      at: ['constructs/scheduler.ts#Scheduler'],
      heldBy: [{ page: `${SCHEDULER}/cross-service-confused-deputy-prevention.html` }],
    },
    {
      says: 'The scheduler counts failed, dropped and throttled invocations per group, in these metrics.',
      at: ['constructs/alarms.ts#OF_SCHEDULES'],
      heldBy: [{ page: `${SCHEDULER}/monitoring-cloudwatch.html` }],
    },
    {
      says: 'with which words the scheduler refuses a role that it cannot see yet',
      at: ['handlers/aws/aws-error.ts#ROLE_NOT_SEEN'],
      either:
        'The words are those that the AWS provider waits for. If they are others, the first apply of a new control stack fails before it changes SES, and the next one passes.',
      mail: false,
    },
  ],
  Lambda: [
    {
      says: 'A function may run for 900 seconds.',
      at: ['handlers/contract/contract.ts#FUNCTION_TIMEOUT_SECONDS'],
      heldBy: [{ sdk: 'lambda', words: 'the maximum allowed value is 900 seconds' }],
    },
    {
      says: 'All variables of a function have 4 KB.',
      at: ['constructs/handler-function.ts#ENVIRONMENT_BYTES'],
      heldBy: [
        { recorded: 'lambda', what: 'more environment than 4 KB' },
        { page: `${LAMBDA}/gettingstarted-limits.html` },
      ],
    },
    {
      says: 'An answer has at most 6 MB.',
      at: ['handlers/audit/output/answer.ts#MOST_BYTES'],
      heldBy: [{ page: `${LAMBDA}/gettingstarted-limits.html` }],
    },
    {
      says: 'A function has 1,024 file descriptors.',
      at: ['handlers/dns-limits.ts#SOCKETS'],
      heldBy: [{ page: `${LAMBDA}/gettingstarted-limits.html` }],
    },
    {
      says: 'An asynchronous invocation that fails is repeated twice, after one and two minutes; one that is throttled, for six hours.',
      at: ['handlers/audit/run/attempt.ts#MOST_ATTEMPTS', 'constructs/handler-function.ts#HandlerFunction'],
      heldBy: [
        { page: `${LAMBDA}/invocation-async-error-handling.html` },
        { model: 'lambda', shape: 'MaximumRetryAttempts', has: { max: 2 } },
      ],
    },
    {
      says: 'An event may arrive more than once.',
      at: ['handlers/transaction/fired.ts#fired'],
      heldBy: [{ page: `${LAMBDA}/invocation-async-error-handling.html` }],
    },
    {
      says: 'Lambda freezes the process after its answer.',
      at: ['handlers/audit/audit-domains.ts#auditDomains'],
      heldBy: [{ page: `${LAMBDA}/lambda-runtime-environment.html` }],
    },
    {
      says: 'Lambda runs `nodejs24.x`, on arm64 and x86_64.',
      at: ['constructs/handler-function.ts#HandlerFunction'],
      heldBy: [
        { model: 'lambda', shape: 'Runtime', has: { enum: ['nodejs24.x'] } },
        { model: 'lambda', shape: 'Architecture', has: { enum: ['x86_64', 'arm64'] } },
      ],
    },
    {
      says: 'A call of a version or an alias, also of `$LATEST`, needs a grant on the ARN with that qualifier, which a grant on the function does not cover.',
      at: ['handlers/aws/schedules.ts#withoutQualifier', 'constructs/roles/role.ts#arns'],
      heldBy: [{ page: 'https://github.com/aws/aws-cdk/pull/19318' }],
    },
    {
      says: 'Repetitions of one asynchronous invocation have the same id.',
      at: ['handlers/audit/run/attempt.ts#NOTE'],
      heldBy: [{ page: 'https://repost.aws/knowledge-center/lambda-function-duplicate-invocations' }],
    },
  ],
  SNS: [
    {
      says: 'how SNS counts and lists a subscription that nobody has confirmed',
      at: ['handlers/aws/topics.ts#topics'],
      asked: 'How does SNS count and list a subscription that nobody has confirmed?',
      either: 'A topic counts as unread if SNS counts no confirmed subscription, however it lists them.',
      mail: false,
    },
    {
      says: 'whether SNS deletes a subscription that nobody has confirmed after 48 hours, or after three days, as others say',
      at: ['cli/deploy/readers.ts#findUnsubscribed'],
      either:
        'Each deploy compares the listed readers with those that SNS has, and has the engine ask again.',
      mail: false,
    },
    {
      says: 'The link by which one confirms a subscription is valid for two days.',
      at: ['cli/deploy/readers.ts#findUnsubscribed'],
      heldBy: [{ sdk: 'sns', words: 'Confirmation tokens are valid for two days' }],
    },
    {
      says: 'A message has at most 256 KiB, unless the topic allows more.',
      at: ['handlers/notices/publish.ts#MOST_BYTES'],
      heldBy: [
        { sdk: 'sns', words: '256 KiB (262,144 bytes) by default' },
        { recorded: 'sns', what: 'a message too long' },
      ],
    },
    {
      says: 'A subject has fewer than 100 characters, and neither line breaks nor control characters.',
      at: ['handlers/aws/topics.ts#topics'],
      heldBy: [
        {
          sdk: 'sns',
          words: 'with no line breaks or control characters, and less than 100 characters long',
        },
      ],
    },
    {
      says: 'A message is published in the topic’s own region.',
      at: ['handlers/aws/topics.ts#topics'],
      heldBy: [
        { sdk: 'sns', words: 'only to topics and endpoints in the same Amazon Web Services Region' },
        { recorded: 'sns', what: 'a topic of another region' },
      ],
    },
    {
      says: 'Whoever has a message of a subscription can end it, unless its confirmation was authenticated.',
      at: ['cli/deploy/readers.ts#findUnsubscribed'],
      heldBy: [
        {
          sdk: 'sns',
          words: 'then only the topic owner and the subscription owner can unsubscribe the endpoint',
        },
      ],
    },
    {
      says: 'The resource of `sns:Unsubscribe` is the topic.',
      at: ['constructs/roles/deploy-control.ts#watchingStatements'],
      heldBy: [{ action: 'sns:Unsubscribe', takes: 'topic' }],
    },
  ],
  'EventBridge and CloudTrail': [
    {
      says: 'whether SES’s write calls reach the rule: which state it needs, on which the guides differ, and whether its pattern fits',
      at: ['constructs/identity-watch.ts#IdentityWatch', 'constructs/identity-watch.ts#changesByOthers'],
      either: 'The rule is `ENABLED`. If an event does not arrive, the daily audit finds the change.',
      mail: false,
    },
    {
      says: 'whether CloudTrail hides the private key of `PutEmailIdentityDkimSigningAttributes`; SES’s model marks it as sensitive, which promises nothing',
      at: ['handlers/aws/email-identity.ts#putSigning'],
      asked: 'Does CloudTrail hide the private key of PutEmailIdentityDkimSigningAttributes?',
      either:
        'Only principals that may read the trail could see it. Give that permission only to those that may read keys. `npm run conformance` sets a key that is used nowhere, and prints the command that shows what CloudTrail recorded about it.',
      mail: false,
    },
    {
      says: 'One call puts at most ten events.',
      at: ['handlers/aws/events.ts#MOST'],
      heldBy: [{ model: 'events', shape: 'PutEventsRequestEntryList', has: { max: 10 } }],
    },
    {
      says: '`events:source` works for `events:PutEvents`.',
      at: ['constructs/function-policy.ts#outgoingStatements'],
      heldBy: [{ action: 'events:PutEvents', takes: 'events:source' }],
    },
  ],
  'Route 53': [
    {
      says: 'A TXT value of more than 255 characters consists of several strings in quotes.',
      at: ['constructs/txt-record.ts#STRING_LENGTH', 'handlers/key-limits.ts#STRING_OCTETS'],
      heldBy: [{ page: 'https://github.com/aws/aws-cdk/issues/9984' }],
    },
  ],
  CloudWatch: [
    {
      says: 'whether an alarm computes metric math over a metric that has no data point in the days that it reads',
      at: ['constructs/audit-schedule.ts#Audit'],
      asked: 'Which value does the expression of audit-overdue have for a metric without any sample?',
      either:
        'If it does not, `audit-overdue` is in alarm in a new control stack until the first audit. The sandbox computes it, as the user guide describes `FILL`.',
      mail: false,
    },
    {
      says: 'The periods of an alarm together have at most seven days.',
      at: ['constructs/audit-schedule.ts#DAY_SECONDS'],
      heldBy: [
        {
          page: 'https://sdk.amazonaws.com/kotlin/api/latest/cloudwatch/aws.sdk.kotlin.services.cloudwatch.model/-put-metric-alarm-request/-builder/period.html',
        },
      ],
    },
    {
      says: 'YEAR, MONTH and DATE have a value for each period, also for one without a sample.',
      at: ['constructs/audit-schedule.ts#DAY'],
      heldBy: [
        {
          page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html',
          copy: 2023,
        },
      ],
    },
  ],
};
