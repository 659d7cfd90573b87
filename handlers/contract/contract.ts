/**
 * Defines the contract of the constructs and the handler: names, event shapes, object keys and the record. Both import it, so
 * it must not import anything but names.
 */
import type { TopicName } from '../words/topics';

export const TOPICS = ['dns', 'result', 'audit'] as const satisfies readonly TopicName[];

export type { TopicName };

/**
 * Raised with each change of what the command, the stacks and the function expect of each other. The state of a control stack
 * records it, so that an older checkout does not replace a newer function.
 */
export const CONTRACT_REVISION = 2;

/** Resources for which a stack invokes the function once, with `aws_lambda_invocation` and CREATE_ONLY. */
export const RESOURCES = ['DnsGate', 'Signing', 'Confirmation', 'DkimKey', 'Inspection'] as const;
/** The only object of a stack whose delete reaches the function (CRUD). Its delete is the destroy. */
export const BASELINE = 'Baseline';
export type ResourceType = (typeof RESOURCES)[number] | typeof BASELINE;

/** Actions of direct calls. The first is the call of the old runbook. */
export const ACTIONS = {
  update: 'update_ses_byodkim_automated',
  /** Sent by the one-time schedule of an unconfirmed change. */
  revertUnconfirmed: 'revert_unconfirmed',
  /** Sent by the daily schedule, and by `byodkim status --always`. */
  audit: 'audit',
  /** Read-only: returns the ledger and the SES state of one domain. */
  status: 'status',
  /** Read-only: returns the facts of ledgers and audits about several domains. Does not call SES. */
  known: 'known',
  /** Confirms the open transaction manually. */
  confirm: 'confirm',
  /** Reverts the open transaction manually (RFC 6241 cancel-commit). */
  revert: 'revert',
  /** Adds a domain that belongs to no stack: makes its identity, and its key as `create_key` does. */
  add: 'add',
  /**
   * Removes a domain that belongs to no stack: restores its state before this project, ends its audit, and deletes the identity
   * if `add` has made it.
   */
  remove: 'remove',
  /** Read-only: returns the DNS record of the private key in S3, for `byodkim check`, `record` and `review`. */
  record: 'record',
  /** Sent by the one-time schedule of an audit: repeats the change in force, if SES has given up and `heal` is set. */
  heal: 'heal',
  /** Makes a key as the `DkimKey` resource does, outside a stack. */
  createKey: 'create_key',
  /** Sends the DNS team's notice again. */
  notifyDnsTeam: 'notify_dns_team',
  /** Asks the DNS team to remove the record of an earlier selector, if no mail needs it. */
  askRemoval: 'ask_removal',
  /** Tests whether schedules reach the function, without touching an identity. */
  drill: 'drill',
  /** Sent by the one-time schedule that a drill arms. */
  drillFired: 'drill_fired',
  /** Read-only: returns the topics, with the number of confirmed subscribers of each. */
  topics: 'topics',
  /** Sends a test notice to each topic. */
  testNotices: 'test_notices',
} as const;
export type Action = (typeof ACTIONS)[keyof typeof ACTIONS];

/** The name in `ENVIRONMENT` of the variable that holds a topic's ARN; empty if the topic is not set. */
type TopicSetting<Name extends TopicName = TopicName> = `${Name}TopicArn`;
export const topicSetting = <Name extends TopicName>(name: Name): TopicSetting<Name> => `${name}TopicArn`;

const TOPIC_VARIABLES = Object.fromEntries(
  TOPICS.map((name) => [topicSetting(name), `BYODKIM_${name.toUpperCase()}_TOPIC_ARN`]),
) as { readonly [Name in TopicName as TopicSetting<Name>]: `BYODKIM_${Uppercase<Name>}_TOPIC_ARN` };

/** Environment variables of the function. None of them is secret. */
export const ENVIRONMENT = {
  keyStoreBucket: 'BYODKIM_KEY_STORE_BUCKET',
  schedulerRoleArn: 'BYODKIM_SCHEDULER_ROLE_ARN',
  scheduleGroup: 'BYODKIM_SCHEDULE_GROUP',
  ...TOPIC_VARIABLES,
  /** ARN of the KMS key that encrypts new private keys; empty for the bucket's default encryption. */
  kmsKeyArn: 'BYODKIM_KMS_KEY_ARN',
  /** `en` or `ja`: the language of the notices to the DNS team. */
  noticeLanguage: 'BYODKIM_NOTICE_LANGUAGE',
  /** The contact of the DNS team: free text, e.g. a mail address. */
  noticeContact: 'BYODKIM_NOTICE_CONTACT',
  /**
   * `allow` permits loopback and link-local addresses as DNS servers, for tests and sandboxes. No event can set it: the owner
   * of a zone, or an invoker, could make the function talk to its own machine.
   */
  dnsLoopback: 'BYODKIM_DNS_LOOPBACK',
  /** `GateSettings` as JSON, for checks without settings in the event or the ledger. */
  gate: 'BYODKIM_GATE',
  /** `Allowances` as JSON: settings that events may use although they weaken the proof. */
  allow: 'BYODKIM_ALLOW',
  /** JSON list of places (`bucket/prefix`) outside the key store, from which keys and DNS information are read. */
  alsoRead: 'BYODKIM_ALSO_READ',
} as const;

/** Tag of identities whose signing state the function may change; it may change no others. */
export const IDENTITY_TAG = { key: 'byodkim', value: 'managed' } as const;
/** Second tag of the identities that the function has made (`add`); it may delete no others. */
export const MADE_TAG = { key: 'byodkim-made-by', value: 'function' } as const;

/** Default name of the function. The stacks of domains find it by name. */
export const DEFAULT_FUNCTION_NAME = 'ses-byodkim';

/**
 * Name of the read-only alias of the function, which IAM grants separately from the function's own name. Nothing can be
 * changed through it.
 */
export const READ_ONLY_ALIAS = 'read';
/** Name of the alias by which EventBridge calls the function. It accepts only CloudTrail's events. */
export const WATCH_ALIAS = 'watch';

/** Seconds the function may run. */
export const FUNCTION_TIMEOUT_SECONDS = 300;

export const DEFAULT_CONFIRM_TIMEOUT_MINUTES = 10;
/** Seconds that an apply waits for SES to verify. */
export const VERIFICATION_WAIT_SECONDS = 60;

/** Hours for which SES looks for a new record, or for a verified one that it no longer finds. */
export const SES_VERIFIES_HOURS = 72;

/** Least number of days that a selector's record stays after its last mail, which is retried for days and read for longer. */
export const MINIMUM_OVERLAP_DAYS = 7;

/** Default number of days until a DKIM key is replaced: 15 months. */
export const KEY_LIFETIME_DAYS = 456;
/** Number of days before that at which the audit asks for a rotation, since it needs two teams. */
export const KEY_WARNING_DAYS = 60;

/** Name of the identity policy that lets other accounts send. */
export const SENDERS_POLICY = 'byodkim-senders';
/** SES actions that send mail. */
export const SEND_ACTIONS = ['ses:SendEmail', 'ses:SendRawEmail'];

/** S3 prefix of the private keys, in the key store's bucket. */
export const KEY_PREFIX = 'dkim-certificates/';

/** S3 prefix of their DNS information. */
export const RECORD_PREFIX = 'dns_records/';

/** S3 key of the private key: PEM, RSA, PKCS#1 or PKCS#8. */
export const privateKeyObject = (domain: string, selector: string): string =>
  `${KEY_PREFIX}${domain}/${selector}/private_key.pem`;

/** Names an S3 object in messages, and for the `aws` command. */
export const s3Uri = ({ bucket, key }: { readonly bucket: string; readonly key: string }): string =>
  `s3://${bucket}/${key}`;

/** S3 folder with the DNS information of a domain. */
export const dnsRecordsFolder = (domain: string): string => `${RECORD_PREFIX}${domain}/`;

/** S3 key of the DNS information of one selector. */
export const dnsRecordObject = (domain: string, selector: string): string =>
  `${dnsRecordsFolder(domain)}${selector}.json`;

/** S3 prefix of the ledgers, in the key store's bucket. */
export const LEDGER_PREFIX = 'byodkim-ledger/';

/** S3 key of the list of a domain's keys that the function has made. No ledger can have such a name. */
export const madeKeysObject = (region: string, domain: string): string =>
  `${LEDGER_PREFIX}${region}/${domain}/made-keys.json`;

/** S3 key of the ledger of one domain in one region. */
export const ledgerObject = (region: string, domain: string): string =>
  `${LEDGER_PREFIX}${region}/${domain}.json`;

/** S3 prefix of the audit's reports. */
export const AUDIT_PREFIX = 'byodkim-audit/';

/** S3 prefix of the drills' records. */
export const DRILL_PREFIX = 'byodkim-drill/';

/** `source` of the events that the function puts on the default bus of its region, for other tools. */
export const EVENT_SOURCE = 'byodkim';
/** Their `detail-type`. */
export const DETAIL_TYPES = { result: 'BYODKIM Change Result', finding: 'BYODKIM Finding' } as const;

/** `detail` of a result: of each change, confirmation, rollback and heal in which something happened. */
export interface ResultEvent {
  readonly domain: string;
  /** Region of the identity. */
  readonly region: string;
  /** `changed`: SES has the new state (see `status`); `verified`: SES has verified it since; `failed`: see `code`. */
  readonly state: 'changed' | 'verified' | 'rolled-back' | 'not-rolled-back' | 'failed';
  /** Kind of the request, such as `change`, `destroy` or `heal`. */
  readonly kind: string;
  /** A sentence, as in the notice. */
  readonly summary: string;
  readonly selector?: string | undefined;
  readonly transaction?: string | undefined;
  /** The status in SES if it was changed: `SUCCESS` or `PENDING`. */
  readonly status?: string | undefined;
  /** Code of the error, if it failed. */
  readonly code?: string | undefined;
  /** State of SES after a failure. */
  readonly rollback?: string | undefined;
  /** ISO 8601. */
  readonly at: string;
}

/** `detail` of a finding of the scheduled audit that has changed since the last one. */
export interface FindingEvent {
  /** Absent, like `region`, if the finding concerns every domain. */
  readonly domain?: string | undefined;
  readonly region?: string | undefined;
  readonly state: 'new' | 'worse' | 'resolved';
  /** A code of findings.md. */
  readonly code: string;
  readonly severity: 'urgent' | 'unknown' | 'act' | 'plan';
  /** What was found. */
  readonly found: string;
  /** What to do; absent if the finding is resolved. */
  readonly todo?: string | undefined;
  /** ISO 8601. */
  readonly since: string;
}

/** The metric of each audit: the number of domains that need a person, in the form that a CloudWatch alarm needs. */
export const AUDIT_METRIC = {
  namespace: 'Byodkim',
  metricName: 'DomainsNeedingAttention',
} as const;

/** Dimensions of the metrics that a function writes. One region may have several functions. */
export const metricDimensions = (functionName: string): Readonly<Record<'service', string>> => ({
  service: functionName,
});

/** Metrics of the same form, which each audit of all domains also writes: the number of domains in each SES status. */
export const STATE_METRICS = {
  SUCCESS: 'DomainsVerified',
  PENDING: 'DomainsPending',
  TEMPORARY_FAILURE: 'DomainsTemporaryFailure',
  FAILED: 'DomainsFailed',
  other: 'DomainsOther',
} as const;

/** Label of the advice of a thrown error, which begins at the second line of Lambda's `trace`. */
export const ADVICE_LABEL = 'To do: ';

/** Name of the TXT record (RFC 6376 §3.6.2.1), without a trailing dot. `domain` in A-labels. */
export const recordName = (domain: string, selector: string): string => `${selector}._domainkey.${domain}`;

/** Name of the record in our own zone to which a delegated name is an alias. */
export const delegatedName = (
  domain: string,
  selector: string,
  { zone }: { readonly zone: string },
): string => `${recordName(domain, selector)}.${zone}`;

/** Seconds that resolvers may keep a record: short, so that a mistake can be fixed quickly. */
export const RECORD_TTL_SECONDS = 300;

/** The record of a key that is revoked (RFC 6376 §3.6.1) or not made yet. */
export const REVOKED_VALUE = 'v=DKIM1; p=';

/** One record of a MAIL FROM domain. */
export interface MailFromRecord {
  readonly name: string;
  readonly type: 'MX' | 'TXT';
  readonly value: string;
}

/** An identity, with the settings of its MAIL FROM domain. `region` is needed where the name or the MX record has it. */
export interface MailFromOf {
  readonly domain: string;
  readonly region?: string | undefined;
  readonly mailFrom?:
    | { readonly subdomain?: string | undefined; readonly regions?: readonly string[] | undefined }
    | undefined;
}

/** Placeholder for the region in names. */
const REGION = '{region}';

/** Checks whether each region has its own MAIL FROM domain. */
export const isNamedByRegion = ({ mailFrom }: Pick<MailFromOf, 'mailFrom'>): boolean =>
  mailFrom?.subdomain?.includes(REGION) === true;

/** Returns the name of the MAIL FROM domain; undefined if none is wanted. */
export function mailFromDomainOf({ domain, region = REGION, mailFrom }: MailFromOf): string | undefined {
  const subdomain = mailFrom?.subdomain?.replaceAll(REGION, region);
  return subdomain === undefined ? undefined : `${subdomain}.${domain}`;
}

/**
 * Returns the records of the MAIL FROM domain, exactly one MX and SPF (SES Developer Guide, "mail-from"), or none if none is
 * wanted.
 */
export function mailFromRecords(identity: MailFromOf): MailFromRecord[] {
  const name = mailFromDomainOf(identity);
  if (name === undefined) return [];
  const { region = REGION } = identity;
  return [
    { name, type: 'MX', value: `10 feedback-smtp.${region}.amazonses.com` },
    { name, type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
  ];
}

/** Returns the regions whose MAIL FROM records are requested together: all regions with their own names, or only this one. */
export function regionsAskedFor<Region extends string | undefined>(
  identity: MailFromOf & { readonly region: Region },
): readonly (Region | string)[] {
  const { region, mailFrom } = identity;
  return isNamedByRegion(identity) && mailFrom?.regions ? mailFrom.regions : [region];
}

/** Returns the records of the MAIL FROM domains that are requested together. */
export const mailFromRecordsOfAll = (identity: MailFromOf): MailFromRecord[] =>
  regionsAskedFor({ ...identity, region: identity.region }).flatMap((region) =>
    mailFromRecords({ ...identity, region }),
  );

/** Returns the home among the regions that share an entry's key; undefined if the entry has the key itself, or shares none. */
export const homeAmong = <Sharer extends { readonly home?: boolean | undefined }>(
  sharers: readonly Sharer[] = [],
): Sharer | undefined => sharers.find(({ home }) => home);

/** SES: 1–63 letters, digits and hyphens, a letter or digit at both ends. No dots, no underscores. */
export const SELECTOR_PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** A domain in A-labels, lower case, without a trailing dot: two labels or more, the last of which is not a number. */
export const DOMAIN_PATTERN =
  /^(?=.{1,253}$)(?!.*\.\d+$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** An AWS region's name. */
export const REGION_PATTERN = /^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/;
