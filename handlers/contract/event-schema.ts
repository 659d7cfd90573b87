import * as z from 'zod/mini';
import { AUDIT_PREFIX, BASELINE, DEFAULT_CONFIRM_TIMEOUT_MINUTES, RESOURCES } from './contract';
import { shapeOf } from './setting';
import {
  ALLOWANCES,
  choice,
  domain,
  EVENT_SETTINGS,
  flag,
  list,
  number,
  region,
  SETTINGS,
  text,
} from './settings';

/** The schema of each event. The message of each is what it allows, in words that can follow "expected". */
export type Any<T = unknown> = z.ZodMiniType<T>;
export type Read<T extends Any> = z.infer<T>;

/** Made once, since making a schema is much of what a grammar costs at a cold start. */
const string = z.string({ error: 'a text' });
const boolean = flag();

const object = <Shape extends z.core.$ZodShape>(shape: Shape) => z.object(shape, { error: 'an object' });
const described = <T extends Any>(schema: T, words: string) => schema.check(z.describe(words));
/** An optional field, and what the docs say of it. */
const field = <T extends Any>(schema: T, words: string) => described(z.optional(schema), words);
const domains = (most: number) => {
  const allowed = `a list of 1 to ${most} domains`;
  return list(domain, allowed).check(z.minLength(1, allowed), z.maxLength(most, allowed));
};
/** Notices quote it, so it must not carry an invoker's text. */
const id = text(/^[\w.-]{1,128}$/, '1–128 letters, digits, "_", "." and "-"');
const transaction = described(id, "The id of the stack's `Attempt`: it names the transaction.");

export const gate = object(shapeOf(EVENT_SETTINGS.gate.settings));
/** The variables of the environment that concern events. */
export const allow = object(shapeOf(ALLOWANCES));
export const alsoRead = list(text(/^[^/]+\//, 'bucket/prefix'), 'a list of bucket/prefix');

export const place = object({
  domain: described(domain, 'The domain, in any script.'),
  region: field(region, "Region of the identity. Default: the function's."),
});

/** `findings` has the domain judged as the audit does, which asks DNS. */
export const status = z.extend(place, { findings: z._default(boolean, false) });

/** One answer of Lambda holds more than this. */
export const MOST_KNOWN = 100;

export const known = object({
  domains: domains(MOST_KNOWN),
  region: place.shape.region,
});

/** What is sent: the values of a schema before its defaults, which are not changed. */
type Sent<T> = T extends object ? { readonly [Field in keyof T]: Sent<T[Field]> } : T;

const delegation = object({
  zone: described(domain, 'Name of that zone, e.g. `dkim.example.net`.'),
  selectors: described(
    SETTINGS.record.settings.delegation.settings.selectors.schema,
    "The two that alternate, e.g. `['s1', 's2']`.",
  ),
});
/**
 * Two names that the DNS team publishes once, as aliases of names in our own zone. The selectors alternate, so that later
 * rotations do not need the DNS team.
 */
export type Delegation = Sent<z.input<typeof delegation>>;

const sharer = object({
  region,
  bucket: described(
    SETTINGS.keyStore.settings.bucket.schema,
    "Its key store's bucket, which has its ledger.",
  ),
  home: field(boolean, 'Whether the key and its DNS information are in that bucket. Default: false.'),
});
/** Another region of a domain, which signs with the same key and record. */
export type Sharer = Sent<z.input<typeof sharer>>;

export const rotation = object({
  records: field(
    SETTINGS.record.settings.previousSelectors.schema,
    'Selectors whose record the stack itself publishes. Default: others publish.',
  ),
  overlapDays: field(
    SETTINGS.overlapDays.schema,
    "Days that a record stays after its selector's last mail: 7 to 365. Default: 7.",
  ),
  keyLifetimeDays: field(
    SETTINGS.keyLifetimeDays.schema,
    'Days until a key should be replaced: 90 to 1095; the audit warns 60 days before. Default: 456.',
  ),
  delegation: field(delegation, "Default: the record is in the domain's own zone."),
  sharedWith: field(
    list(sharer, 'a list of regions').check(z.maxLength(50, '50 regions at most')),
    'The other regions that sign with its keys and records.',
  ),
});
/** How the keys of a domain follow each other. */
export type RotationSettings = Sent<z.input<typeof rotation>>;

export const signing = z.extend(place, {
  selector: SETTINGS.selector.schema,
  ...shapeOf(EVENT_SETTINGS),
  keyStore: z._default(object(shapeOf(SETTINGS.keyStore.settings)), {}),
  gate: z._default(gate, {}),
  verification: z._default(object(shapeOf(EVENT_SETTINGS.verification.settings)), {}),
  confirmTimeoutMinutes: z._default(
    EVENT_SETTINGS.confirmTimeoutMinutes.schema,
    DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  ),
  irreversible: z._default(EVENT_SETTINGS.irreversible.schema, 'refuse'),
  createKey: field(boolean, '`DkimKey`: whether a missing key is made. Default: true.'),
  renew: field(
    boolean,
    '`DkimKey`, `create_key`: whether a key that has signed, and that nothing needs, is replaced. Default: false.',
  ),
  rotation: z.optional(rotation),
  notifyDnsTeam: described(
    z._default(boolean, true),
    '`DkimKey`: whether the DNS team is notified of a new record, unless the stack publishes it. Default: true.',
  ),
});
export type Signing = z.infer<typeof signing> & { driftToken?: string | undefined };

export const resource = object({
  ...signing.shape,
  resource: choice(RESOURCES),
  transaction: z.optional(transaction),
  stack: field(id, "`Signing`, `Confirmation`: the id of the stack's `Baseline`."),
  driftToken: field(
    text(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of text').check(z.maxLength(256, 'one line of text')),
    'The token that `Inspection` answered when this attempt was planned.',
  ),
  review: field(
    boolean,
    '`Inspection`: whether the answer has what the apply would refuse; a plan does not ask for it. Default: false.',
  ),
});
/** What Terraform sends. */
export type ResourceEvent = Sent<z.input<typeof resource>>;

export const baseline = object({
  ...place.shape,
  resource: z.literal(BASELINE),
  id: described(id, 'New with each object: it names the stack.'),
  tf: z.optional(
    object({ action: choice(['create', 'update', 'delete']), prev_input: z.optional(z.unknown()) }),
  ),
});
/** What Terraform sends for a `Baseline`; the provider adds `tf`. */
export type BaselineEvent = Sent<z.input<typeof baseline>>;

export const revertUnconfirmed = z.extend(place, {
  transaction,
  arming: z.int({ error: 'a whole number' }),
  /** How often this firing was armed again because it had failed. */
  retries: z._default(number(0, Number.MAX_SAFE_INTEGER, 'a whole number'), 0),
});

const REPORT_OBJECT = new RegExp(`^${AUDIT_PREFIX}[0-9A-Za-z-]{1,64}\\.json$`);
const expectedReport = `the object of a report, ${AUDIT_PREFIX}….json`;

export const audit = object({
  /** @default every domain that has a ledger */
  domains: z.optional(domains(1000)),
  /** Send the report even if there are no findings. */
  always: z._default(boolean, false),
  /** Sent by its schedule. */
  scheduled: z._default(boolean, false),
  /** Only domains whose identity was changed outside this project, by CloudTrail. */
  changed: z._default(boolean, false),
  /** The audit that an earlier invocation had no time to finish, and the number of this one. */
  continues: z.optional(
    object({
      report: text(REPORT_OBJECT, expectedReport),
      leg: number(2, Number.MAX_SAFE_INTEGER, 'a number from 2'),
    }),
  ),
  gate: z._default(gate, {}),
});

/** IAM allows printable ASCII, and 2,048 characters. Anything else is a caller that is not known. */
const callerArn = text(/^arn:[\x21-\x7e]{1,2044}$/, 'an ARN');

/** The fields that are needed of what EventBridge sends of a call that CloudTrail has seen. All are untrusted text. */
export const trail = object({
  region,
  detail: object({
    eventName: text(/^\w{1,100}$/, 'the name of a call'),
    eventTime: text(/^[\d:.TZ-]{1,40}$/, 'a time'),
    userIdentity: z.optional(object({ arn: z.catch(z.optional(callerArn), undefined) })),
    requestParameters: z.optional(
      z.nullable(
        object({
          emailIdentity: z.optional(string),
          /** Both in SES's first API. */
          identity: z.optional(string),
          domain: z.optional(string),
          resourceArn: z.optional(string),
          tagKeys: z.optional(list(string, 'a list')),
          tags: z.optional(list(object({ key: z.optional(string) }), 'a list')),
        }),
      ),
    ),
  }),
});

const drillName = text(/^[0-9a-z-]{1,40}$/, 'the name of a drill');

export const drill = object({
  /** The drill to report on. @default one is armed */
  drill: z.optional(drillName),
});

export const drillFired = object({
  drill: drillName,
  proof: string.check(z.maxLength(64, 'a text of at most 64 characters')),
});
