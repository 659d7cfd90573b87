import * as z from 'zod/mini';
import { AUDIT_PREFIX, BASELINE, DEFAULT_CONFIRM_TIMEOUT_MINUTES, ENVIRONMENT, RESOURCES } from '../contract';
import { shapeOf } from '../settings/setting';
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
} from '../settings/settings';

/** The schema of each event. Its message lists the allowed values, in words that can follow "expected". */
export type Any<T = unknown> = z.ZodMiniType<T>;
export type Read<T extends Any> = z.infer<T>;

/** Allowed combinations of fields, which no schema can express. */
export const EXPECTED = {
  event: 'a JSON object',
  transaction: 'the id of the Attempt',
  stack: 'the id of the Baseline',
  bucket: `a bucket in the event or in ${ENVIRONMENT.keyStoreBucket}`,
} as const;

/** It is made once, since making schemas takes much of the time of a cold start. */
const string = z.string('a text');
const boolean = flag();

const object = <Shape extends z.core.$ZodShape>(shape: Shape) => z.object(shape, 'an object');
const domains = (most: number) => {
  const allowed = `a list of 1 to ${most} domains`;
  return list(domain, allowed).check(z.minLength(1, allowed), z.maxLength(most, allowed));
};
/** Notices quote it, so it must not carry an invoker's text. */
const id = text(/^[\w.-]{1,128}$/, '1–128 letters, digits, "_", "." and "-"');

export const gate = object(shapeOf(EVENT_SETTINGS.gate));
/** The variables of the environment that concern events. */
export const allow = object(shapeOf(ALLOWANCES));
export const alsoRead = list(text(/^[^/]+\//, 'bucket/prefix'), 'a list of bucket/prefix');

export const place = object({
  /** The domain, in any script. */
  domain: domain,
  /** Region of the identity. @default the function's */
  region: z.optional(region),
});

export const removal = z.extend(place, {
  /** The selector whose record is to be removed. */
  selector: SETTINGS.selector.schema,
  /** Whether the DNS team is asked to act at once. @default false */
  urgent: z.optional(boolean),
});

/** Whether the domain is judged as in the audit, which asks DNS. */
export const status = z.extend(place, {
  findings: z._default(boolean, false),
  /** Whether the answer includes the origin of each key: when and by whom it was made. @default false */
  evidence: z._default(boolean, false),
});

/** Largest number of domains in one answer, which Lambda can return. */
export const MOST_KNOWN = 100;

export const known = object({
  domains: domains(MOST_KNOWN),
  /** Region of the identities. @default the function's */
  region: z.optional(region),
});

/** The input type of a schema, before its defaults are added. */
type Sent<T> = T extends object ? { readonly [Field in keyof T]: Sent<T[Field]> } : T;

const delegation = object({
  /** Name of that zone, e.g. `dkim.example.net`. */
  zone: domain,
  /** The two alternating selectors, e.g. `['s1', 's2']`. */
  selectors: SETTINGS.record.delegation.selectors.schema,
});
/**
 * Two names that the DNS team publishes once as aliases of names in our own zone. The selectors alternate, so that later
 * rotations do not need the DNS team.
 */
export type Delegation = Sent<z.input<typeof delegation>>;

const sharer = object({
  region,
  /** The bucket of its key store, which also holds its ledger. */
  bucket: SETTINGS.keyStore.bucket.schema,
  /** Whether the key and its DNS information are in that bucket. @default false */
  home: z.optional(boolean),
});
/** Another region of a domain, which signs with the same key and record. */
export type Sharer = Sent<z.input<typeof sharer>>;

export const rotation = object({
  /** Selectors whose records the stack itself publishes. @default others publish them */
  records: z.optional(SETTINGS.record.previousSelectors.schema),
  /** Number of days that a record stays after its selector's last mail: 7 to 365. @default 7 */
  overlapDays: z.optional(SETTINGS.overlapDays.schema),
  /** Number of days until a key should be replaced: 90 to 1095. The audit warns 60 days ahead. @default 456 */
  keyLifetimeDays: z.optional(SETTINGS.keyLifetimeDays.schema),
  /** @default the record is in the domain's own zone */
  delegation: z.optional(delegation),
  /** The other regions that sign with its keys and records. */
  sharedWith: z.optional(list(sharer, 'a list of regions').check(z.maxLength(50, '50 regions at most'))),
});
/** Settings of a domain's rotation. */
export type RotationSettings = Sent<z.input<typeof rotation>>;

export const signing = z.extend(place, {
  selector: SETTINGS.selector.schema,
  ...shapeOf(EVENT_SETTINGS),
  keyStore: z._default(object(shapeOf(SETTINGS.keyStore)), {}),
  gate: z._default(gate, {}),
  verification: z._default(object(shapeOf(EVENT_SETTINGS.verification)), {}),
  confirmTimeoutMinutes: z._default(
    EVENT_SETTINGS.confirmTimeoutMinutes.schema,
    DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  ),
  irreversible: z._default(EVENT_SETTINGS.irreversible.schema, 'refuse'),
  /** `DkimKey`: whether a missing key is made. @default true */
  createKey: z.optional(boolean),
  /** `DkimKey`, `create_key`: whether to replace a key that has signed and that nothing needs. @default false */
  renew: z.optional(boolean),
  rotation: z.optional(rotation),
  /** `DkimKey`: whether the DNS team is notified of a new record, unless the stack publishes it. @default true */
  notifyDnsTeam: z._default(boolean, true),
  /** `create_key`, `notify_dns_team`: whether the DNS team is asked to act at once, as after a leak. @default false */
  urgent: z.optional(boolean),
});
export type Signing = z.infer<typeof signing> & { driftToken?: string | undefined };

export const resource = object({
  ...signing.shape,
  resource: choice(RESOURCES),
  /** The id of the stack's `Attempt`: it names the transaction. */
  transaction: z.optional(id),
  /** `Signing`, `Confirmation`: the id of the stack's `Baseline`. */
  stack: z.optional(id),
  /** The token that `Inspection` answered when this attempt was planned. */
  driftToken: z.optional(
    text(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of text').check(z.maxLength(256, 'one line of text')),
  ),
  /** `Inspection`: whether the answer includes the refusals of an apply; a plan does not ask for them. @default false */
  review: z.optional(boolean),
});
/** The fields that Terraform sends. */
export type ResourceEvent = Sent<z.input<typeof resource>>;

const ofBaseline = {
  ...place.shape,
  resource: z.literal(BASELINE),
  /** Id of the `Baseline`, new with each object: that of the engine state that has it, "." and a UUID. It names the stack. */
  id: id,
  /** Whether a destroy of the stack also deletes the identity. @default not known */
  deletesIdentity: z.optional(boolean),
  tf: z.optional(
    object({ action: choice(['create', 'update', 'delete']), prev_input: z.optional(z.unknown()) }),
  ),
};

export const baseline = object({
  ...ofBaseline,
  /** The regions that share the stack's keys, from its first apply on. @default none do */
  rotation: z.optional(rotation),
});
/** The event that Terraform sends for a `Baseline`; the provider adds `tf`. */
export type BaselineEvent = Sent<z.input<typeof baseline>>;

/** The delete of a `Baseline`: the rest of its input may be of another version. */
export const baselineDelete = object(ofBaseline);

/** Any other object is deleted. Stacks had such deletes before they had a `Baseline`. */
export const otherDelete = object({
  ...place.shape,
  tf: object({ action: z.literal('delete') }),
});

export const revertUnconfirmed = z.extend(place, {
  transaction: id,
  arming: z.int('a whole number'),
  /** Number of times that this firing was armed again after a failure. */
  retries: z._default(number(0, Number.MAX_SAFE_INTEGER, 'a whole number'), 0),
});

const REPORT_OBJECT = new RegExp(`^${AUDIT_PREFIX}[0-9A-Za-z-]{1,64}\\.json$`);
const expectedReport = `the object of a report, ${AUDIT_PREFIX}….json`;

export const audit = object({
  /** @default every domain that has a ledger */
  domains: z.optional(domains(1000)),
  /** Whether to send the report even if there are no findings. */
  always: z._default(boolean, false),
  /** Sent by its schedule. */
  scheduled: z._default(boolean, false),
  /** Whether to audit only domains whose identity was changed outside this project, according to CloudTrail. */
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

/** IAM allows 2,048 characters of printable ASCII. With anything else, the caller counts as unknown. */
const callerArn = text(/^arn:[\x21-\x7e]{1,2044}$/, 'an ARN');

/** The fields that this project needs of EventBridge's event about a call in CloudTrail. All are untrusted text. */
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
          /** Fields of SES's first API. */
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
  /** The drill to report on. @default a new drill is armed */
  drill: z.optional(drillName),
});

export const noFields = object({});

export const drillFired = object({
  drill: drillName,
  proof: string.check(z.maxLength(64, 'a text of at most 64 characters')),
});
