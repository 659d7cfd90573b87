import { domainToASCII } from 'node:url';
import * as z from 'zod';
import {
  ACTIONS,
  type Action,
  AUDIT_PREFIX,
  DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  DEFAULT_VERIFICATION_WAIT_SECONDS,
  DOMAIN_PATTERN,
  GATE_LIMITS,
  HTTPS_RESOLVER_PATTERN,
  isLongEnough,
  REGION_PATTERN,
  RESOURCES,
  type ResourceEvent,
  ROTATION_LIMITS,
  SELECTOR_PATTERN,
  VERIFICATION_LIMITS,
} from './contract';

/** The grammar of each event. A message says what is allowed; without one, zod's own findings are put into words. */
export type Any = z.ZodType;
export type Read<T extends Any> = z.infer<T>;

/** In A-labels, lower case, without a trailing dot. */
const domain = z
  .string()
  .max(255)
  .transform((text) => domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase())
  .refine((text) => DOMAIN_PATTERN.test(text), 'a domain name such as example.com');
const selector = z
  .string()
  .regex(SELECTOR_PATTERN, '1–63 letters, digits or hyphens (SES allows no dots or underscores)');
const region = z.string().regex(REGION_PATTERN, 'an AWS region such as ap-northeast-1').optional();
const address = z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^:\s]+)(:\d{1,5})?$/, 'ip:port');
const seconds = z.number().min(0);
/** It is kept in the ledger, and shown. */
const name = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of text');
const transaction = name.max(128);

const httpsResolver = z.string().regex(HTTPS_RESOLVER_PATTERN, 'ip:port or https://…');
const within = (setting: keyof typeof GATE_LIMITS) => {
  const [least, most] = GATE_LIMITS[setting];
  return z.number().min(least).max(most).optional();
};

const days = (setting: keyof typeof ROTATION_LIMITS) => {
  const [least, most] = ROTATION_LIMITS[setting];
  return z.int().min(least).max(most).optional();
};

export const gate = z.object({
  mode: z.enum(['authoritative', 'recursive']).optional(),
  nameservers: z.array(address).min(1).optional(),
  resolvers: z.array(z.union([address, httpsResolver])).optional(),
  waitSeconds: within('waitSeconds'),
  requiredPercent: within('requiredPercent'),
  minimumServers: within('minimumServers'),
  answerSeconds: within('answerSeconds'),
  roundSeconds: within('roundSeconds'),
  transport: z.enum(['any', 'tcp']).optional(),
  addressFamily: z.enum(['any', 'ipv4', 'ipv6']).optional(),
});
export type Gate = z.infer<typeof gate>;

/** What the environment says of events. */
export const allow = z.object({
  nameservers: z.array(address).optional(),
  resolvers: z.array(z.union([address, httpsResolver])).optional(),
  withoutResolvers: z.boolean().optional(),
  recursive: z.boolean().optional(),
  irreversible: z.union([z.literal(true), z.array(domain)]).optional(),
  requiredPercent: within('requiredPercent'),
  minimumServers: within('minimumServers'),
});
export const alsoRead = z.array(z.string().regex(/^[^/]+\//, 'bucket/prefix'));

export const place = z.object({ domain, region });

export const signing = place.extend({
  selector,
  keyStore: z
    .object({
      bucket: z.string().min(3).max(63).optional(),
      privateKey: z.string().min(1).max(1024).optional(),
      dnsRecords: z.string().min(1).max(1024).optional(),
    })
    .default({}),
  gate: gate.default({}),
  verification: z
    .object({
      required: z.boolean().default(false),
      waitSeconds: seconds.max(VERIFICATION_LIMITS.waitSeconds[1]).default(DEFAULT_VERIFICATION_WAIT_SECONDS),
      timeoutMinutes: z
        .number()
        .int()
        .min(VERIFICATION_LIMITS.timeoutMinutes[0])
        .max(VERIFICATION_LIMITS.timeoutMinutes[1])
        .optional(),
    })
    .refine(isLongEnough, {
      path: ['timeoutMinutes'],
      message: 'no less than verification.waitSeconds, and at most 4320 minutes',
    })
    .default({ required: false, waitSeconds: DEFAULT_VERIFICATION_WAIT_SECONDS }),
  confirmTimeoutMinutes: z
    .number()
    .int()
    .refine((n) => n === 0 || (n >= 2 && n <= 1440), '0 (off) or 2 to 1440 minutes')
    .default(DEFAULT_CONFIRM_TIMEOUT_MINUTES),
  irreversible: z.enum(['refuse', 'allow']).default('refuse'),
  createKey: z.boolean().optional(),
  renew: z.boolean().optional(),
  rotation: z
    .object({
      records: z.array(selector).max(50).optional(),
      revoked: z.array(selector).max(50).optional(),
      overlapDays: days('overlapDays'),
      keyLifetimeDays: days('keyLifetimeDays'),
      delegation: z.object({ zone: domain, selectors: z.tuple([selector, selector]) }).optional(),
    })
    .optional(),
  notifyDnsTeam: z.boolean().default(true),
});
export type Signing = z.infer<typeof signing> & { driftToken?: string | undefined };

export const resource = signing.extend({
  resource: z.enum(RESOURCES),
  transaction: transaction.optional(),
  driftToken: name.max(256).optional(),
  tf: z
    .object({ action: z.enum(['create', 'update', 'delete']), prev_input: z.unknown() })
    .partial({ prev_input: true })
    .optional(),
});

export const revertUnconfirmed = place.extend({
  transaction,
  arming: z.number().int(),
  retries: z.number().int().min(0).default(0),
});

const REPORT_OBJECT = new RegExp(`^${AUDIT_PREFIX}[0-9A-Za-z-]{1,64}\\.json$`);
const expectedReport = `the object of a report, ${AUDIT_PREFIX}….json`;

export const audit = z.object({
  domains: z.array(domain).min(1).optional(),
  always: z.boolean().default(false),
  quiet: z.boolean().default(false),
  scheduled: z.boolean().default(false),
  continues: z
    .object({ report: z.string().regex(REPORT_OBJECT, expectedReport), leg: z.int().min(2) })
    .optional(),
  gate: gate.default({}),
});

const drillName = z.string().regex(/^[0-9a-z-]{1,40}$/, 'the name of a drill');
const drillSteps = 'prepare, arm, look or end';

export const drill = z.discriminatedUnion(
  'step',
  [
    z.object({ step: z.literal('prepare') }),
    z.object({ step: z.literal('arm') }),
    z.object({ step: z.literal('look'), drill: drillName }),
    z.object({ step: z.literal('end'), drill: drillName }),
  ],
  drillSteps,
);

export const drillFired = z.object({ drill: drillName, proof: z.string().max(64) });
export type Drill = z.infer<typeof drill>;

/** What each action takes beside its name. */
export const OF_ACTION = {
  [ACTIONS.update]: signing,
  [ACTIONS.createKey]: signing,
  [ACTIONS.record]: signing,
  [ACTIONS.notifyDnsTeam]: signing,
  [ACTIONS.status]: place,
  [ACTIONS.confirm]: place,
  [ACTIONS.revert]: place,
  [ACTIONS.revertUnconfirmed]: revertUnconfirmed,
  [ACTIONS.audit]: audit,
  [ACTIONS.drill]: drill,
  [ACTIONS.drillFired]: drillFired,
} as const satisfies Record<Action, Any>;

type Whole<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> }
    : T;
type Same<A, B> = [A, B] extends [B, A] ? true : never;
/** The contract and this grammar are one: does not compile where a field is in one of them alone. */
true satisfies Same<Whole<z.input<typeof resource>>, Whole<ResourceEvent>>;
