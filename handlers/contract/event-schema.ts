import * as z from 'zod/mini';
import {
  AUDIT_PREFIX,
  BASELINE,
  type BaselineEvent,
  DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  RESOURCES,
  type ResourceEvent,
  type RotationSettings,
} from './contract';
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
const domains = (most: number) => {
  const allowed = `a list of 1 to ${most} domains`;
  return list(domain, allowed).check(z.minLength(1, allowed), z.maxLength(most, allowed));
};
/** Notices quote it, so it must not carry an invoker's text. */
const transaction = text(/^[\w.-]{1,128}$/, '1–128 letters, digits, "_", "." and "-"');

export const gate = object(shapeOf(EVENT_SETTINGS.gate.settings));
/** The variables of the environment that concern events. */
export const allow = object(shapeOf(ALLOWANCES));
export const alsoRead = list(text(/^[^/]+\//, 'bucket/prefix'), 'a list of bucket/prefix');

const SELECTORS = z.optional(SETTINGS.record.settings.previousSelectors.schema);

export const place = object({ domain, region: z.optional(region) });

/** `findings` has the domain judged as the audit does, which asks DNS. */
export const status = z.extend(place, { findings: z._default(boolean, false) });

/** One answer of Lambda holds more than this. */
export const MOST_KNOWN = 100;

export const known = object({
  domains: domains(MOST_KNOWN),
  region: z.optional(region),
});

/** The schema of each field of a type of the contract; if one of the two lacks a field, it does not compile. */
type Fields<T> = { readonly [Field in keyof Required<T>]: z.ZodMiniType<unknown, T[Field]> };

/** How the keys of a domain follow each other. */
export const rotation = object({
  records: SELECTORS,
  overlapDays: z.optional(SETTINGS.overlapDays.schema),
  keyLifetimeDays: z.optional(SETTINGS.keyLifetimeDays.schema),
  delegation: z.optional(
    object({ zone: domain, selectors: SETTINGS.record.settings.delegation.settings.selectors.schema }),
  ),
  sharedWith: z.optional(
    list(
      object({ region, bucket: SETTINGS.keyStore.settings.bucket.schema, home: z.optional(boolean) }),
      'a list of regions',
    ).check(z.maxLength(50, '50 regions at most')),
  ),
} satisfies Fields<RotationSettings>);

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
  createKey: z.optional(boolean),
  renew: z.optional(boolean),
  rotation: z.optional(rotation),
  notifyDnsTeam: z._default(boolean, true),
});
export type Signing = z.infer<typeof signing> & { driftToken?: string | undefined };

export const resource = object({
  ...signing.shape,
  resource: choice(RESOURCES),
  transaction: z.optional(transaction),
  stack: z.optional(transaction),
  driftToken: z.optional(
    text(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of text').check(z.maxLength(256, 'one line of text')),
  ),
  review: z.optional(boolean),
} satisfies Fields<ResourceEvent>);

export const baseline = object({
  ...place.shape,
  resource: z.literal(BASELINE),
  id: transaction,
  tf: z.optional(
    object({ action: choice(['create', 'update', 'delete']), prev_input: z.optional(z.unknown()) }),
  ),
} satisfies Fields<BaselineEvent>);

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
