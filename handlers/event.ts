import { domainToASCII } from 'node:url';
import * as z from 'zod';
import {
  ACTIONS,
  type Action,
  AUDIT_PREFIX,
  DEFAULT_CONFIRM_TIMEOUT_MINUTES,
  DEFAULT_VERIFICATION_WAIT_SECONDS,
  DOMAIN_PATTERN,
  dnsRecordsFolder,
  ENVIRONMENT,
  privateKeyObject,
  REGION_PATTERN,
  RESOURCES,
  type ResourceType,
  SELECTOR_PATTERN,
} from './contract';
import type { Environment } from './environment';
import { ByodkimError } from './errors';
import { malformed, problemsOf, shown } from './event-problems';

/** `domain` in A-labels, lower case, without a trailing dot. */
const domain = z
  .string()
  .max(255)
  .transform((text) => domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase())
  .refine((text) => DOMAIN_PATTERN.test(text), 'expected a domain name such as example.com');
const selector = z
  .string()
  .regex(SELECTOR_PATTERN, 'expected 1–63 letters, digits or hyphens (SES allows no dots or underscores)');
const address = z.string().regex(/^(\[[0-9a-fA-F:.]+\]|[^:\s]+)(:\d{1,5})?$/, 'expected ip:port');
const seconds = z.number().min(0);
const gate = z.object({
  mode: z.enum(['authoritative', 'recursive']).optional(),
  nameservers: z.array(address).min(1).optional(),
  resolvers: z.array(address).optional(),
  waitSeconds: seconds.max(240).optional(),
});

const target = {
  domain,
  selector,
  region: z.string().regex(REGION_PATTERN, 'expected an AWS region such as ap-northeast-1').optional(),
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
      waitSeconds: seconds.max(240).default(DEFAULT_VERIFICATION_WAIT_SECONDS),
    })
    .default({ required: false, waitSeconds: DEFAULT_VERIFICATION_WAIT_SECONDS }),
  confirmTimeoutMinutes: z
    .number()
    .int()
    .refine((n) => n === 0 || (n >= 2 && n <= 1440), 'expected 0 (off) or 2 to 1440 minutes')
    .default(DEFAULT_CONFIRM_TIMEOUT_MINUTES),
  irreversible: z.enum(['refuse', 'allow']).default('refuse'),
  notifyDnsTeam: z.boolean().default(true),
};

const REPORT_OBJECT = new RegExp(`^${AUDIT_PREFIX}[0-9A-Za-z-]{1,64}\\.json$`);
const expectedReport = `expected the object of a report, ${AUDIT_PREFIX}….json`;

const resourceEvent = z.object({
  ...target,
  resource: z.enum(RESOURCES),
  transaction: z.string().min(1).max(128).optional(),
  driftToken: z.string().max(256).optional(),
  tf: z
    .object({ action: z.enum(['create', 'update', 'delete']), prev_input: z.unknown() })
    .partial({ prev_input: true })
    .optional(),
});
const revertEvent = z.object({
  domain,
  region: target.region,
  transaction: z.string(),
  arming: z.number().int(),
});
const onDomain = z.object({ domain, region: target.region });
const auditEvent = z.object({
  domains: z.array(domain).min(1).optional(),
  always: z.boolean().default(false),
  scheduled: z.boolean().default(false),
  continues: z
    .object({ report: z.string().regex(REPORT_OBJECT, expectedReport), leg: z.int().min(2) })
    .optional(),
  gate: target.gate,
});

/** The place of one domain's signing state and everything an attempt to change it needs, defaults filled in. */
export interface SigningRequest {
  readonly domain: string;
  readonly selector: string;
  readonly region: string;
  readonly keyStore: { readonly bucket: string; readonly privateKey: string; readonly dnsRecords: string };
  readonly gate: {
    readonly mode: 'authoritative' | 'recursive';
    readonly nameservers?: readonly string[];
    readonly resolvers?: readonly string[];
    readonly waitSeconds: number;
  };
  readonly verification: { readonly required: boolean; readonly waitSeconds: number };
  readonly confirmTimeoutMinutes: number;
  readonly irreversible: 'refuse' | 'allow';
  readonly driftToken?: string;
  /** Whether the DNS team is told of a record that is new. @default true */
  readonly notifyDnsTeam?: boolean;
}

export interface DomainRequest {
  readonly domain: string;
  readonly region: string;
}

export interface AuditRequest {
  /** Only these; absent: every domain of the ledgers. */
  readonly domains?: readonly string[];
  /** Send the report even when all is well. */
  readonly always: boolean;
  /** Sent by a schedule: a failure is thrown, so that Lambda repeats it and tells of it. */
  readonly scheduled: boolean;
  /** The audit that an earlier invocation had no time to finish, and the number of this one. */
  readonly continues?: { readonly report: string; readonly leg: number };
  readonly gate: SigningRequest['gate'];
}

/** What an event asks for. */
export type Request =
  | {
      readonly kind: 'resource';
      readonly resource: ResourceType;
      /** `update` is folded into `create`: a change is always create (new), then delete (old). */
      readonly lifecycle: 'create' | 'delete';
      readonly transaction: string;
      readonly signing: SigningRequest;
    }
  | { readonly kind: 'update'; readonly signing: SigningRequest }
  | { readonly kind: 'record' | 'create-key' | 'notify'; readonly signing: SigningRequest }
  | {
      readonly kind: 'revert-unconfirmed';
      readonly target: DomainRequest;
      readonly transaction: string;
      readonly arming: number;
    }
  | { readonly kind: 'status' | 'confirm' | 'revert'; readonly target: DomainRequest }
  | { readonly kind: 'audit'; readonly audit: AuditRequest };

/**
 * Reads an event. @throws ByodkimError VALIDATION_ERROR (every malformed field, at once), UNSUPPORTED_ACTION.
 */
export function parseEvent(event: unknown, environment: Environment): Request {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw malformed([`event: expected a JSON object, found ${shown(event)}`], ['event']);
  const { action, resource } = event as { action?: unknown; resource?: unknown };
  if (resource !== undefined) return parseResource(event, environment);
  return parseAction(event, action, environment);
}

function parseResource(event: object, environment: Environment): Request {
  const { resource, transaction, tf, ...rest } = check(resourceEvent, event);
  if (transaction === undefined && resource !== 'Inspection')
    throw malformed(['transaction: expected the id of the Attempt, found nothing'], ['transaction']);
  return {
    kind: 'resource',
    resource,
    lifecycle: tf?.action === 'delete' ? 'delete' : 'create',
    transaction: transaction ?? '',
    signing: withDefaults(rest, environment),
  };
}

function parseAction(event: object, action: unknown, environment: Environment): Request {
  switch (action as Action) {
    case ACTIONS.update:
      return { kind: 'update', signing: withDefaults(check(z.object(target), event), environment) };
    case ACTIONS.createKey:
      return { kind: 'create-key', signing: withDefaults(check(z.object(target), event), environment) };
    case ACTIONS.record:
      return { kind: 'record', signing: withDefaults(check(z.object(target), event), environment) };
    case ACTIONS.notifyDnsTeam:
      return { kind: 'notify', signing: withDefaults(check(z.object(target), event), environment) };
    case ACTIONS.revertUnconfirmed: {
      const { transaction, arming, ...place } = check(revertEvent, event);
      return { kind: 'revert-unconfirmed', target: inRegion(place, environment), transaction, arming };
    }
    case ACTIONS.status:
    case ACTIONS.confirm:
    case ACTIONS.revert:
      return {
        kind: action as 'status' | 'confirm' | 'revert',
        target: inRegion(check(onDomain, event), environment),
      };
    case ACTIONS.audit: {
      const { gate: given, ...audit } = check(auditEvent, event);
      return { kind: 'audit', audit: { ...audit, gate: completed(given, environment) } };
    }
    default: {
      const known = Object.values(ACTIONS);
      throw new ByodkimError(
        'UNSUPPORTED_ACTION',
        `Unsupported action: expected one of ${known.join(', ')}, found ${shown(action)}.`,
        { found: shown(action), known },
      );
    }
  }
}

const inRegion = (place: { domain: string; region?: string }, environment: Environment): DomainRequest => ({
  domain: place.domain,
  region: place.region ?? environment.region,
});

type Target = Omit<z.infer<z.ZodObject<typeof target>>, never> & { driftToken?: string };

function withDefaults(parsed: Target, environment: Environment): SigningRequest {
  const bucket = parsed.keyStore.bucket ?? environment.keyStoreBucket;
  if (bucket === '')
    throw malformed(
      [`keyStore.bucket: expected a bucket in the event or in ${ENVIRONMENT.keyStoreBucket}, found nothing`],
      ['keyStore.bucket'],
    );
  return {
    ...parsed,
    region: parsed.region ?? environment.region,
    gate: completed(parsed.gate, environment),
    keyStore: {
      bucket,
      privateKey: parsed.keyStore.privateKey ?? privateKeyObject(parsed.domain, parsed.selector),
      dnsRecords: parsed.keyStore.dnsRecords ?? dnsRecordsFolder(parsed.domain),
    },
  };
}

/** What the event leaves open is as the environment says: the `defaults` of the list. */
function completed(given: z.infer<typeof gate>, { gate: text }: Environment): SigningRequest['gate'] {
  return { mode: 'authoritative', waitSeconds: 0, ...(text !== '' && readGate(text)), ...given };
}

function readGate(text: string): z.infer<typeof gate> {
  try {
    return gate.parse(JSON.parse(text));
  } catch {
    throw malformed(
      [`${ENVIRONMENT.gate}: expected the settings of the gate, as JSON, found ${shown(text)}`],
      [ENVIRONMENT.gate],
    );
  }
}

function check<T extends z.ZodType>(schema: T, event: object): z.infer<T> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw problemsOf(parsed.error.issues, event);
}
