import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';
import {
  AUDIT_PREFIX,
  DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  DOMAIN_PATTERN,
  GATE_LIMITS,
  HTTPS_RESOLVER_PATTERN,
  REGION_PATTERN,
  RESOURCES,
  type ResourceEvent,
  ROTATION_LIMITS,
  SELECTOR_PATTERN,
  VERIFICATION_LIMITS,
} from './contract';

/** The grammar of each event. A message says what is allowed; without one, zod's own findings are put into words. */
export type Any = z.ZodMiniType;
export type Read<T extends Any> = z.infer<T>;

/** Made once: making one is a good part of what a grammar costs at a cold start. */
export const string = z.string();
export const boolean = z.boolean();
export const number = z.number();
export const int = z.int();

/** In A-labels, lower case, without a trailing dot. */
const domain = z.pipe(
  z.pipe(
    string.check(z.maxLength(255)),
    z.transform((text: string) => domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase()),
  ),
  string.check(z.regex(DOMAIN_PATTERN, 'a domain name such as example.com')),
);
export const text = (pattern: RegExp, words: string) => string.check(z.regex(pattern, words));
const ofLength = (least: number, most: number) => string.check(z.minLength(least), z.maxLength(most));
/** Both ends included. */
const between = ([least, most]: readonly [number, number], of = number) =>
  of.check(z.gte(least), z.lte(most));
const selector = text(
  SELECTOR_PATTERN,
  '1–63 letters, digits or hyphens (SES allows no dots or underscores)',
);
const awsRegion = text(REGION_PATTERN, 'an AWS region such as ap-northeast-1');
const region = z.optional(awsRegion);
const address = text(/^(\[[0-9a-fA-F:.]+\]|[^:\s]+)(:\d{1,5})?$/, 'ip:port');
/** It is kept in the ledger, and shown. */
const name = (longest: number) =>
  text(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of text').check(z.maxLength(longest));
/** It is quoted in notices: no text of an invoker's may stand there. */
const transaction = text(/^[\w.-]{1,128}$/, '1–128 letters, digits, "_", "." and "-"');

const httpsResolver = text(HTTPS_RESOLVER_PATTERN, 'https://…');
const resolvers = z.optional(z.array(z.union([address, httpsResolver])));

export const gate = z.object({
  mode: z.optional(z.enum(['authoritative', 'recursive'])),
  nameservers: z.optional(z.array(address).check(z.minLength(1))),
  resolvers,
  waitSeconds: z.optional(between(GATE_LIMITS.waitSeconds)),
  strict: z.optional(boolean),
});

/** What the environment says of events. */
export const allow = z.object({
  servers: resolvers,
  recursive: z.optional(boolean),
  irreversible: z.optional(z.union([z.literal(true), z.array(domain)])),
});
export const alsoRead = z.array(text(/^[^/]+\//, 'bucket/prefix'));
/** Region → bucket. */
export const otherRegions = z.record(awsRegion, ofLength(3, 63));

export const place = z.object({ domain, region });
const objectKey = z.optional(ofLength(1, 1024));

/** How its stack lets keys follow each other. */
export const rotation = z.object({
  records: z.optional(z.array(selector).check(z.maxLength(50))),
  revoked: z.optional(z.array(selector).check(z.maxLength(50))),
  overlapDays: z.optional(between(ROTATION_LIMITS.overlapDays, int)),
  keyLifetimeDays: z.optional(between(ROTATION_LIMITS.keyLifetimeDays, int)),
  delegation: z.optional(z.object({ zone: domain, selectors: z.tuple([selector, selector]) })),
  regions: z.optional(z.array(awsRegion).check(z.minLength(1), z.maxLength(50))),
});

export const signing = z.extend(place, {
  selector,
  keyStore: z._default(
    z.object({ bucket: z.optional(ofLength(3, 63)), privateKey: objectKey, dnsRecords: objectKey }),
    {},
  ),
  gate: z._default(gate, {}),
  verification: z._default(
    z.object({ timeoutMinutes: z.optional(between(VERIFICATION_LIMITS.timeoutMinutes, int)) }),
    {},
  ),
  confirmTimeoutMinutes: z._default(
    int.check(z.refine((n) => n === 0 || (n >= 2 && n <= 1440), '0 (off) or 2 to 1440 minutes')),
    DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  ),
  irreversible: z._default(z.enum(['refuse', 'allow']), 'refuse'),
  createKey: z.optional(boolean),
  renew: z.optional(boolean),
  rotation: z.optional(rotation),
  notifyDnsTeam: z._default(boolean, true),
});
export type Signing = z.infer<typeof signing> & { driftToken?: string | undefined };

export const resource = z.extend(signing, {
  resource: z.enum(RESOURCES),
  transaction: z.optional(transaction),
  driftToken: z.optional(name(256)),
  tf: z.optional(
    z.object({ action: z.enum(['create', 'update', 'delete']), prev_input: z.optional(z.unknown()) }),
  ),
});

export const revertUnconfirmed = z.extend(place, {
  transaction,
  arming: int,
  /** How often this firing was armed again because it had failed. */
  retries: z._default(int.check(z.gte(0)), 0),
});

const REPORT_OBJECT = new RegExp(`^${AUDIT_PREFIX}[0-9A-Za-z-]{1,64}\\.json$`);
const expectedReport = `the object of a report, ${AUDIT_PREFIX}….json`;

export const audit = z.object({
  /** Only these; absent: every domain of the ledgers. */
  domains: z.optional(z.array(domain).check(z.minLength(1))),
  /** Send the report even when all is well. */
  always: z._default(boolean, false),
  /** Send no report: whoever asks is told by the answer. */
  quiet: z._default(boolean, false),
  /** By its schedule; then the drill of the way back is repeated as well. */
  scheduled: z._default(boolean, false),
  /** The audit that an earlier invocation had no time to finish, and the number of this one. */
  continues: z.optional(z.object({ report: text(REPORT_OBJECT, expectedReport), leg: int.check(z.gte(2)) })),
  gate: z._default(gate, {}),
});

const drillName = text(/^[0-9a-z-]{1,40}$/, 'the name of a drill');

export const drill = z.discriminatedUnion('step', [
  z.object({ step: z.literal('prepare') }),
  z.object({ step: z.literal('arm') }),
  z.object({ step: z.literal('look'), drill: drillName }),
  z.object({ step: z.literal('end'), drill: drillName }),
]);

export const drillFired = z.object({ drill: drillName, proof: string.check(z.maxLength(64)) });

type Whole<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> }
    : T;
type Same<A, B> = [A, B] extends [B, A] ? true : never;
/** The contract and this grammar are one: does not compile where a field is in one of them alone. */
true satisfies Same<Whole<z.input<typeof resource>>, Whole<ResourceEvent>>;
