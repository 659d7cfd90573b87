import { z } from 'zod';
import { KMS_KEY_ALLOWED, KMS_KEY_PATTERN } from '../constructs/check-control-plane-props';
import {
  ADDRESS_PATTERN,
  ALLOWED,
  MINUTES_MAXIMUM,
  OBJECT_KEY_PATTERN,
  RESOLVER_PATTERN,
  toALabels,
} from '../constructs/check-identity-props';
import { PRINCIPAL_ALLOWED, PRINCIPAL_PATTERN } from '../constructs/key-store-policy';
import { REGION_ALLOWED } from '../constructs/region';
import {
  DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  DEFAULT_FUNCTION_NAME,
  DOMAIN_PATTERN,
  GATE_LIMITS,
  REGION_PATTERN,
  ROTATION_LIMITS,
  SELECTOR_PATTERN,
  VERIFICATION_LIMITS,
} from '../handlers/contract';

/*
 * The shape of the domain list. `domains.schema.json` is made of it, so descriptions are what an editor shows.
 * An `error` says what is allowed; the reader puts what was found before it.
 */

const text = (allowed: string, pattern: RegExp) =>
  z.string({ error: allowed }).regex(pattern, { error: allowed });
const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: values.join(' or ') });
const flag = () => z.boolean({ error: 'true or false' });
const number = (minimum: number, maximum: number, allowed = `${minimum} to ${maximum}`) =>
  z.int({ error: allowed }).min(minimum, { error: allowed }).max(maximum, { error: allowed });

/** A block of settings; an unknown key is told which there are. */
const block = <const Shape extends z.ZodRawShape>(shape: Shape, allowed = 'settings, as key: value') =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : allowed),
  });

const region = () => text(REGION_ALLOWED, REGION_PATTERN);
const selector = () => text(ALLOWED.selector, SELECTOR_PATTERN);
const bucket = () =>
  text(
    'a bucket name: 3 to 63 lower-case letters, digits, "." and "-"; {region} stands for the region',
    /^(?=.{3,63}$)(?:[a-z0-9.-]|\{region\})+$/,
  );
const arn = (service: string) =>
  text(`an ARN, arn:aws:${service}:…`, new RegExp(`^arn:aws[a-z-]*:${service}:[^\\s$%*?{}]+$`));
/** What IAM and CloudWatch Logs take, which the tags of the defaults reach; SES takes any text. */
const TAG_ALLOWED =
  'letters, digits, spaces and any of _ . : / = + - @: at most 128 for a name, 256 for a value';
const tags = () =>
  z
    .record(
      text(TAG_ALLOWED, /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u),
      text(TAG_ALLOWED, /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u),
      { error: (issue) => (issue.code === 'invalid_key' ? TAG_ALLOWED : 'tags, as name: value') },
    )
    .describe('Tags of a managed identity; those in defaults are the control stack’s too. Default: none.');
const line = (allowed: string) => text(allowed, /^[^\r\n]{1,200}$/);

/** What may be said of a domain, and of all of them in `defaults`. */
const domainSettings = block({
  selector: selector().describe('DKIM selector. Another one is a rotation.'),
  region: region().describe(
    'Region of the SES identity. The key of an entry may name it instead: example.com@us-east-1.',
  ),
  identity: choice(['managed', 'existing', 'import']).describe(
    'managed: this project makes the SES identity and destroys it. existing: it is found and left; it must carry the tag byodkim=managed. import: as managed, of an identity that exists and is taken over. Default: managed.',
  ),
  configurationSetName: text('1 to 64 letters, digits, "-" and "_"', /^[A-Za-z0-9_-]{1,64}$/).describe(
    'Configuration set of a managed identity.',
  ),
  createKey: flag().describe(
    'Make the key pair in the function, if there is none. Default: false, the key is put into S3 by other means.',
  ),
  record: block({
    hostedZoneId: text(ALLOWED.hostedZoneId, /^Z[A-Z0-9]{1,31}$/).describe('Id of the zone.'),
    previousSelectors: z
      .array(selector(), { error: 'a list of selectors' })
      .describe('Earlier selectors whose record stays published. Default: none.'),
    delegation: block({
      zone: text('the name of the Route 53 zone', DOMAIN_PATTERN).describe('Name of the Route 53 zone.'),
      selectors: z
        .tuple([selector(), selector()], { error: 'two selectors' })
        .describe('The two selectors, which take turns.'),
    }).describe(
      'The zone is not the domain’s own: the DNS team publishes two aliases once, which lead into it. Default: it is.',
    ),
  })
    .partial()
    .describe('The record, published in Route 53 by the stack itself. Default: others publish it.'),
  selectorNaming: z
    .union([text('', /^[A-Za-z0-9{}-]{1,63}$/), z.tuple([selector(), selector()])], {
      error: 'text with {n}, {yyyy}, {mm}, {dd}, such as s{n}, or two selectors that take turns',
    })
    .describe(
      'How `byodkim rotate` names the next selector: s{n}, {yyyy}{mm}, or two that take turns. Default: counts on, else the month.',
    ),
  revokedSelectors: z
    .array(selector(), { error: 'a list of selectors' })
    .describe(
      'Earlier selectors whose key is in wrong hands: their record says so, and mail of theirs does not verify any more. Default: none.',
    ),
  overlapDays: number(...ROTATION_LIMITS.overlapDays, ALLOWED.overlapDays).describe(
    'Days that the record of a selector stays after its last mail. Default: 7.',
  ),
  keyLifetimeDays: number(...ROTATION_LIMITS.keyLifetimeDays).describe(
    'Days until a key is to be replaced; the audit warns 60 days before. Default: 456.',
  ),
  keyStore: block({
    bucket: bucket().describe("Default: the control plane's bucket."),
    privateKey: text(ALLOWED.objectKey, OBJECT_KEY_PATTERN).describe(
      'Default: dkim-certificates/{domain}/{selector}/private_key.pem.',
    ),
    dnsRecords: text(ALLOWED.objectKey, OBJECT_KEY_PATTERN).describe('Default: dns_records/{domain}/.'),
  })
    .partial()
    .describe('Where the private key and its DNS information lie in S3.'),
  gate: block({
    mode: choice(['authoritative', 'recursive']).describe(
      'authoritative: ask every server of the zone. recursive: ask resolvers alone. Default: authoritative.',
    ),
    nameservers: z
      .array(text(ALLOWED.address, ADDRESS_PATTERN), { error: 'a list of ip:port' })
      .min(1, { error: 'one address or more' })
      .describe('Servers to ask instead of those that the zone names.'),
    resolvers: z
      .array(text(ALLOWED.resolver, RESOLVER_PATTERN), { error: 'a list of ip:port or https://…' })
      .describe(
        'Recursive resolvers to ask, over HTTPS where port 53 is closed; an empty list asks none. Default: public ones.',
      ),
    waitSeconds: number(...GATE_LIMITS.waitSeconds).describe('How long to wait for the record. Default: 0.'),
    strict: flag().describe(
      'Every address of every server must answer: for zones where one server that lags must stop a deploy. Default: false, at least half of the servers.',
    ),
  })
    .partial()
    .describe('How DNS is asked before anything in SES changes.'),
  verification: block({
    timeoutMinutes: number(...VERIFICATION_LIMITS.timeoutMinutes).describe(
      'Minutes until a change that SES does not verify is rolled back. Default: 60 where mail is signed already, else 4320 (72 h).',
    ),
  })
    .partial()
    .describe('How long SES may take to verify.'),
  confirmTimeoutMinutes: number(0, MINUTES_MAXIMUM, ALLOWED.confirmTimeoutMinutes)
    .refine((minutes) => minutes !== 1, { error: ALLOWED.confirmTimeoutMinutes })
    .describe(
      `Minutes until an unconfirmed change is reverted; 0 for never. Default: ${DEFAULT_CONFIRM_TIMEOUT_MINUTES}.`,
    ),
  irreversible: choice(['refuse', 'allow']).describe(
    'Whether a prior signing state that could not be put back may be given up. Default: refuse.',
  ),
  driftDetection: flag().describe(
    'Look at SES at each plan (one invocation), so that a change made by hand shows. Default: true.',
  ),
  sendEmailRoles: z
    .array(text('the name of an IAM role', /^[\w+=,.@-]{1,64}$/), { error: 'a list of role names' })
    .describe('IAM roles, by name, that may send mail as this domain once it signs. Default: none.'),
  tags: tags(),
}).partial();

const topic = () =>
  text(
    'create, or the ARN of an SNS topic; {region} stands for the region',
    /^(create|arn:aws[a-z-]*:sns:(?:[^\s$%*?{}]|\{region\})+)$/,
  );

const audit = block({
  schedule: text(
    'cron(…) or rate(…), as EventBridge Scheduler writes it',
    /^(cron|rate)\([^)${}]+\)$/,
  ).describe('When, in UTC. Default: cron(0 3 1 * ? *), the first of each month at 03:00.'),
})
  .partial()
  .describe('The monthly audit.');

/** Days that CloudWatch Logs can keep logs for. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const control = block({
  functionName: text(
    'letters, digits, "-" and "_", the first one a letter or digit',
    /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  ).describe(`Name of the function. Default: ${DEFAULT_FUNCTION_NAME}.`),
  keyStore: block({
    bucket: z
      .union([bucket(), block({ existing: bucket().describe('Its name.') })], {
        error: 'the name of a new bucket, or { existing: NAME }; {region} stands for the region',
      })
      .describe(
        'Name of the bucket, or { existing: NAME } of one that is left as it is; {region} stands for the region. Default: a new one, named by AWS.',
      ),
    alsoRead: z
      .array(text('bucket/prefix', /^(?:[a-z0-9.-]|\{region\})+\/[^$%*?{}]*$/), {
        error: 'a list of bucket/prefix',
      })
      .describe('Further places that keys and DNS information may be read from, as bucket/prefix.'),
    readers: z
      .array(text(PRINCIPAL_ALLOWED, PRINCIPAL_PATTERN), { error: 'a list of ARNs' })
      .describe(
        'IAM roles and users that may read private keys beside the function, by ARN. Everybody else is denied, in a bucket that is made here. Default: none.',
      ),
    protect: flag().describe('Refuse to destroy the bucket and the keys in it. Default: true.'),
    kmsKeyArn: text(KMS_KEY_ALLOWED, KMS_KEY_PATTERN).describe(
      'KMS key that the bucket is encrypted with. Default: the one that S3 manages.',
    ),
  })
    .partial()
    .describe('The bucket of private keys, DNS information and ledgers.'),
  topics: block({
    dns: topic().describe('Tells the DNS team what to publish: create, or the ARN of an SNS topic.'),
    result: topic().describe('Tells how each change ended: create, or the ARN of an SNS topic.'),
    audit: topic().describe('Tells what the audit found: create, or the ARN of an SNS topic.'),
  })
    .partial()
    .describe(
      'SNS topics, each of the region of its control plane; {region} stands for it. Default: none, nothing is sent.',
    ),
  notices: block({
    language: choice(['en', 'ja']).describe('Default: en.'),
    contact: line('one line of text').describe('Whom the DNS team answers to, e.g. a mail address.'),
  })
    .partial()
    .describe('Notices to the DNS team.'),
  allow: block({
    servers: z
      .array(text(ALLOWED.resolver, RESOLVER_PATTERN), { error: 'a list of ip:port or https://…' })
      .describe(
        'Name servers and resolvers that gate.nameservers and gate.resolvers of a domain may name; with name servers of this list, no resolver need be asked (gate.resolvers: []). Default: none.',
      ),
    recursive: flag().describe('Whether a domain may have gate.mode: recursive. Default: false.'),
    irreversible: z
      .union([z.literal(true), z.array(z.string().refine((name) => toALabels(name) !== undefined))], {
        error: 'true, or a list of domains',
      })
      .describe('Domains that may have irreversible: allow; true for all. Default: none.'),
  })
    .partial()
    .describe(
      'What domains and direct calls may ask for although it weakens the proof or the way back. What defaults.gate says is allowed. Default: nothing.',
    ),
  audit,
  logRetentionDays: z
    .literal(RETENTION_DAYS, { error: `one of ${RETENTION_DAYS.join(', ')}` })
    .describe('Days that logs are kept. Default: 365.'),
})
  .partial()
  .describe('The control plane: one per region that a domain is in.');

const backend = block({
  s3: block({
    bucket: bucket(),
    region: region(),
    keyPrefix: line('the beginning of an S3 key').describe('Default: byodkim/.').optional(),
    lockTable: text('the name of a DynamoDB table', /^[A-Za-z0-9_.-]{3,255}$/)
      .describe('Lock with a DynamoDB table, for engines before 1.10. Default: a lock file in the bucket.')
      .optional(),
    kmsKeyArn: arn('kms').describe('KMS key that the state is encrypted with.').optional(),
  }).describe('State in S3, with locking. For teams.'),
})
  .partial()
  .describe(
    'Where Terraform keeps its state. Default: state/ beside the list, on this machine; for one person.',
  );

const provider = block({
  allowedAccountIds: z
    .array(text('12 digits in quotes', /^\d{12}$/), { error: 'a list of account ids' })
    .describe('Refuse to deploy to any other account.'),
  assumeRoleArn: arn('iam').describe('Role that Terraform works as.'),
})
  .partial()
  .describe('How the AWS provider signs in.');

export const domainList = block({
  backend: backend.optional(),
  provider: provider.optional(),
  control: control.optional(),
  defaults: domainSettings.describe('Settings of every domain that does not set them itself.').optional(),
  domains: z
    .record(
      z.string(),
      domainSettings.nullable().describe('Settings of this domain; what it leaves out is in defaults.'),
      { error: 'domains, as example.com: settings' },
    )
    .refine((domains) => Object.keys(domains).length > 0, { error: 'one domain or more' })
    .describe(
      'The domains, as example.com, or as example.com@us-east-1 for a further region of one. An IDN may be written in its own script.',
    ),
}).meta({
  title: 'Domain list',
  description: 'Domains that Amazon SES signs for with their own DKIM key (BYODKIM).',
});

export type DomainSettings = z.infer<typeof domainSettings>;
export type DomainListText = z.infer<typeof domainList>;
export type ControlSettings = z.infer<typeof control>;
export type ProviderSettings = z.infer<typeof provider>;
