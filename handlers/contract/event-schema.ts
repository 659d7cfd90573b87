import * as z from 'zod/mini';
import {
  ACTIONS,
  type Action,
  AUDIT_PREFIX,
  BASELINE,
  type BaselineEvent,
  DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  RESOURCES,
  type ResourceEvent,
  type RotationSettings,
} from './contract';
import { shapeOf } from './setting';
import { ALLOWANCES, domain, EVENT_SETTINGS, region, SETTINGS } from './settings';

/** The schema of each event. A schema's message is what it allows; without one, zod's own findings are formatted. */
export type Any = z.ZodMiniType;
export type Read<T extends Any> = z.infer<T>;

/** Made once, since making a schema is much of what a grammar costs at a cold start. */
export const string = z.string();
export const boolean = z.boolean();
export const number = z.number();
export const int = z.int();

export const text = (pattern: RegExp, words: string) => string.check(z.regex(pattern, words));
/** Text that the ledger stores and reports print. */
const name = (longest: number) =>
  text(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of text').check(z.maxLength(longest));
/** Notices quote it, so it must not carry an invoker's text. */
const transaction = text(/^[\w.-]{1,128}$/, '1–128 letters, digits, "_", "." and "-"');

export const gate = z.object(shapeOf(EVENT_SETTINGS.gate.settings));
/** The variables of the environment that concern events. */
export const allow = z.object(shapeOf(ALLOWANCES));
export const alsoRead = z.array(text(/^[^/]+\//, 'bucket/prefix'));

const SELECTORS = z.optional(SETTINGS.record.settings.previousSelectors.schema);

export const place = z.object({ domain, region: z.optional(region) });

/** `findings` has the domain judged as the audit does, which asks DNS. */
export const status = z.extend(place, { findings: z._default(boolean, false) });

/** One answer of Lambda holds more than this. */
export const MOST_KNOWN = 100;

export const known = z.object({
  domains: z.array(domain).check(z.minLength(1), z.maxLength(MOST_KNOWN)),
  region: z.optional(region),
});

/** The schema of each field of a type of the contract; if one of the two lacks a field, it does not compile. */
type Fields<T> = { readonly [Field in keyof Required<T>]: z.ZodMiniType<unknown, T[Field]> };

/** How the keys of a domain follow each other. */
export const rotation = z.object({
  records: SELECTORS,
  overlapDays: z.optional(SETTINGS.overlapDays.schema),
  keyLifetimeDays: z.optional(SETTINGS.keyLifetimeDays.schema),
  delegation: z.optional(
    z.object({ zone: domain, selectors: SETTINGS.record.settings.delegation.settings.selectors.schema }),
  ),
  sharedWith: z.optional(
    z
      .array(
        z.object({ region, bucket: SETTINGS.keyStore.settings.bucket.schema, home: z.optional(boolean) }),
      )
      .check(z.maxLength(50)),
  ),
} satisfies Fields<RotationSettings>);

export const signing = z.extend(place, {
  selector: SETTINGS.selector.schema,
  ...shapeOf(EVENT_SETTINGS),
  keyStore: z._default(z.object(shapeOf(SETTINGS.keyStore.settings)), {}),
  gate: z._default(gate, {}),
  verification: z._default(z.object(shapeOf(EVENT_SETTINGS.verification.settings)), {}),
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

export const resource = z.object({
  ...signing.shape,
  resource: z.enum(RESOURCES),
  transaction: z.optional(transaction),
  stack: z.optional(transaction),
  driftToken: z.optional(name(256)),
  review: z.optional(boolean),
} satisfies Fields<ResourceEvent>);

export const baseline = z.object({
  ...place.shape,
  resource: z.literal(BASELINE),
  id: transaction,
  tf: z.optional(
    z.object({ action: z.enum(['create', 'update', 'delete']), prev_input: z.optional(z.unknown()) }),
  ),
} satisfies Fields<BaselineEvent>);

export const revertUnconfirmed = z.extend(place, {
  transaction,
  arming: int,
  /** How often this firing was armed again because it had failed. */
  retries: z._default(int.check(z.gte(0)), 0),
});

const REPORT_OBJECT = new RegExp(`^${AUDIT_PREFIX}[0-9A-Za-z-]{1,64}\\.json$`);
const expectedReport = `the object of a report, ${AUDIT_PREFIX}….json`;

export const audit = z.object({
  /** @default every domain that has a ledger */
  domains: z.optional(z.array(domain).check(z.minLength(1), z.maxLength(1000))),
  /** Send the report even if there are no findings. */
  always: z._default(boolean, false),
  /** Sent by its schedule. */
  scheduled: z._default(boolean, false),
  /** Only domains whose identity was changed outside this project, by CloudTrail. */
  changed: z._default(boolean, false),
  /** The audit that an earlier invocation had no time to finish, and the number of this one. */
  continues: z.optional(z.object({ report: text(REPORT_OBJECT, expectedReport), leg: int.check(z.gte(2)) })),
  gate: z._default(gate, {}),
});

/** IAM allows printable ASCII, and 2,048 characters. Anything else is a caller that is not known. */
const callerArn = text(/^arn:[\x21-\x7e]{1,2044}$/, 'an ARN');

/** The fields that are needed of what EventBridge sends of a call that CloudTrail has seen. All are untrusted text. */
export const trail = z.object({
  region,
  detail: z.object({
    eventName: text(/^\w{1,100}$/, 'the name of a call'),
    eventTime: text(/^[\d:.TZ-]{1,40}$/, 'a time'),
    userIdentity: z.optional(z.object({ arn: z.catch(z.optional(callerArn), undefined) })),
    requestParameters: z.optional(
      z.nullable(
        z.object({
          emailIdentity: z.optional(string),
          /** Both in SES's first API. */
          identity: z.optional(string),
          domain: z.optional(string),
          resourceArn: z.optional(string),
          tagKeys: z.optional(z.array(string)),
          tags: z.optional(z.array(z.object({ key: z.optional(string) }))),
        }),
      ),
    ),
  }),
});

const drillName = text(/^[0-9a-z-]{1,40}$/, 'the name of a drill');

export const drill = z.object({
  /** The drill to report on. @default one is armed */
  drill: z.optional(drillName),
});

export const drillFired = z.object({ drill: drillName, proof: string.check(z.maxLength(64)) });

/** What each action takes beside its name. */
export const TAKES = {
  [ACTIONS.update]: signing,
  [ACTIONS.createKey]: signing,
  [ACTIONS.record]: signing,
  [ACTIONS.notifyDnsTeam]: signing,
  [ACTIONS.status]: status,
  [ACTIONS.known]: known,
  [ACTIONS.confirm]: place,
  [ACTIONS.revert]: place,
  [ACTIONS.heal]: place,
  [ACTIONS.revertUnconfirmed]: revertUnconfirmed,
  [ACTIONS.audit]: audit,
  [ACTIONS.drill]: drill,
  [ACTIONS.drillFired]: drillFired,
} as const satisfies Record<Action, Any>;
