import { ByodkimError } from '../../errors/errors';
import type { CallOfOthers } from '../../words/report';
import {
  ACTIONS,
  type Action,
  BASELINE,
  dnsRecordsFolder,
  IDENTITY_TAG,
  privateKeyObject,
  READ_ONLY_ALIAS,
  WATCH_ALIAS,
} from '../contract';
import { type Asked, findViolations } from '../settings/allowances';
import type { GateSettings, KeyStore } from '../settings/settings';
import { toALabels } from '../settings/settings';
import { controlOf, defaultGateOf, type Environment } from './environment';
import type { ResourceEvent, RotationSettings } from './event-schema';
import * as schema from './event-schema';
import { check, formatValue, malformed, requireKnown, violationError } from './validation-errors';

/** A place in SES: one domain in one region. */
export interface Place {
  readonly domain: string;
  readonly region: string;
}

/** Names a place in a record. */
export const placeId = ({ region, domain }: Place): string => `${region}/${domain}`;

/** A domain in one region with everything that an attempt to change its signing state needs. Defaults are applied. */
export interface SigningRequest
  extends Place,
    Readonly<Omit<schema.Signing, 'region' | 'keyStore' | 'gate' | 'rotation'>> {
  readonly keyStore: Required<KeyStore>;
  readonly gate: GateSettings & Required<Pick<GateSettings, 'mode' | 'waitSeconds'>>;
  readonly rotation?: RotationSettings;
}

/**
 * The kind of caller that sent an event. A direct caller reads the answer, so errors are returned; Terraform and the
 * schedules need a failure, so that the apply stops and Lambda repeats.
 */
export type Source = 'terraform' | 'schedule' | 'direct';

/** Scope and options of an audit. */
interface Audit {
  /** Absent for every domain with a ledger. */
  readonly domains?: readonly string[] | undefined;
  /** Whether the report is sent even if there are no findings. */
  readonly always: boolean;
  readonly scheduled: boolean;
  /** Whether to audit only domains whose identity was changed outside this project. */
  readonly changed: boolean;
  /** The audit that an earlier invocation had no time to finish, and the number of this one. */
  readonly continues?: { readonly report: string; readonly leg: number } | undefined;
  readonly gate: SigningRequest['gate'];
  /** Whether it came through the read-only alias. */
  readonly readOnly?: true;
}

/** A request with the ids of the stack's `Attempt` and `Baseline`. */
interface InStack extends SigningRequest {
  readonly transaction: string;
  readonly stack: string;
}

/** The event of a change's one-time schedule. */
export type Firing = Pick<RequestOf<'revert-unconfirmed'>, 'transaction' | 'arming' | 'retries'>;

/** A change that was made to an identity outside this project. */
export interface ChangeByHand extends CallOfOthers {
  readonly place: Place;
  /** `time` in milliseconds since the epoch, or 0 if there is none. */
  readonly at: number;
}

/** A request to the function with all of its inputs. Defaults are applied. */
type Work =
  | ({
      readonly kind: 'gate';
      readonly transaction: string;
      /** Whether it came through the read-only alias. */
      readonly readOnly?: true;
    } & SigningRequest)
  | ({ readonly kind: 'change' } & InStack)
  | ({ readonly kind: 'confirm' } & InStack)
  /** Creates or deletes a `Baseline`, which has this id. */
  | ({
      readonly kind: 'claim';
      readonly id: string;
      readonly rotation?: RotationSettings | undefined;
    } & Place)
  | ({
      readonly kind: 'destroy';
      readonly id: string;
      /** Whether the engine deletes the identity next. Absent: not known. */
      readonly deletesIdentity?: boolean | undefined;
    } & Place)
  | ({
      readonly kind: 'inspect';
      /** The NOT_ALLOWED error with which an apply would fail. */
      readonly violation?: ByodkimError;
      readonly review?: boolean;
    } & SigningRequest)
  /** A call of SES made outside this project: `change` is undefined if the call does not concern a domain's identity. */
  | { readonly kind: 'identity-changed'; readonly change?: ChangeByHand | undefined }
  | ({ readonly kind: 'update' } & SigningRequest)
  /** `transaction` is that of a stack's `DkimKey`. */
  | ({ readonly kind: 'create-key'; readonly transaction?: string } & SigningRequest)
  | ({ readonly kind: 'add' } & SigningRequest)
  | ({ readonly kind: 'record' } & SigningRequest)
  | ({ readonly kind: 'notify' } & SigningRequest)
  | ({ readonly kind: 'status'; readonly findings: boolean; readonly evidence: boolean } & Place)
  | ({
      readonly kind: 'ask-removal';
      readonly selector: string;
      readonly urgent?: boolean | undefined;
    } & Place)
  | { readonly kind: 'known'; readonly domains: readonly string[]; readonly region: string }
  | ({ readonly kind: 'confirm-by-hand' } & Place)
  | ({ readonly kind: 'revert-by-hand' } & Place)
  | ({ readonly kind: 'remove' } & Place)
  | ({ readonly kind: 'heal' } & Place)
  | ({
      readonly kind: 'revert-unconfirmed';
      readonly transaction: string;
      readonly arming: number;
      /** Number of times that this firing was armed again after a failure. */
      readonly retries: number;
    } & Place)
  | ({ readonly kind: 'audit' } & Audit)
  /** `drill` is the one to report on; a new one is armed if it is absent. */
  | { readonly kind: 'drill'; readonly drill?: string | undefined }
  | { readonly kind: 'drill-fired'; readonly drill: string; readonly proof: string }
  | { readonly kind: 'topics' }
  | { readonly kind: 'test-notices' };

/** The request of an event, and its sender. */
export type Request = { readonly source: Source } & Work;

/** The request of one kind. */
export type RequestOf<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;
export type AuditRequest = RequestOf<'audit'>;

/** An event after it has been parsed. */
export interface Parsed {
  /** It is known even if the event is malformed, and decides whether the error is returned or thrown. */
  readonly source: Source;
  /** VALIDATION_ERROR (every malformed field, at once), UNSUPPORTED_ACTION or NOT_ALLOWED instead of a request. */
  readonly request: Request | ByodkimError;
}

/** Requests that each alias accepts; IAM grants each alias separately. '' is no alias. Any other alias accepts nothing. */
const GRANTED = new Map<string, 'everything' | readonly Request['kind'][]>([
  ['', 'everything'],
  ['$LATEST', 'everything'],
  [READ_ONLY_ALIAS, ['inspect', 'gate', 'status', 'known', 'record', 'audit', 'topics']],
  [WATCH_ALIAS, ['identity-changed']],
]);

/** Returns the alias with which the function was called, or '' without one. @param functionArn as it was invoked */
export const aliasOf = (functionArn: string): string => functionArn.split(':')[7] ?? '';

export function parseEvent(event: unknown, environment: Environment, alias = ''): Parsed {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    const request = malformed({ prop: 'event', allowed: schema.EXPECTED.event, found: event });
    return { source: 'direct', request };
  }
  const source = sourceOf(event);
  try {
    return { source, request: throughAlias(readRequest(event, source, environment), alias) };
  } catch (error) {
    if (error instanceof ByodkimError) return { source, request: error };
    throw error;
  }
}

/** @throws ByodkimError VALIDATION_ERROR, UNSUPPORTED_ACTION, NOT_ALLOWED */
function readRequest(event: object, source: Source, environment: Environment): Request {
  if ('resource' in event) return readResource(event, environment);
  if (DETAIL_TYPE in event) return readTrail(event, source);
  return readAction(event, source, environment);
}

/** Only EventBridge's events have this field. */
const DETAIL_TYPE = 'detail-type';
const BY_SCHEDULE = new Set<unknown>([ACTIONS.revertUnconfirmed, ACTIONS.drillFired]);

function sourceOf(event: object): Source {
  const { action, scheduled } = event as { action?: unknown; scheduled?: unknown };
  if ('resource' in event || 'tf' in event) return 'terraform';
  if (BY_SCHEDULE.has(action) || DETAIL_TYPE in event) return 'schedule';
  if (action === ACTIONS.audit && scheduled === true) return 'schedule';
  return 'direct';
}

/** Returns the request if the alias accepts it. @throws ByodkimError NOT_ALLOWED */
function throughAlias(request: Request, alias: string): Request {
  const granted = GRANTED.get(alias) ?? [];
  if (granted === 'everything') return request;
  const byPerson = request.kind !== 'audit' || (request.source === 'direct' && !request.continues);
  if (granted.includes(request.kind) && byPerson) return asReader(request);
  throw new ByodkimError('NOT_ALLOWED', {
    kind: 'alias',
    fields: ['action'],
    alias,
    found: request.kind,
    granted,
    allowedBy: ['lambda:InvokeFunction'],
  });
}

/** Returns the request of a caller who may only read. It occupies the function only for the time of its work. */
function asReader(request: Request): Request {
  if (request.kind === 'audit') return { ...request, readOnly: true };
  if (request.kind === 'gate')
    return { ...request, gate: { ...request.gate, waitSeconds: 0 }, readOnly: true };
  return request;
}

/** The request of each resource of a stack that is created once, and whose delete does not reach the function. */
const KINDS = {
  DnsGate: 'gate',
  Signing: 'change',
  Confirmation: 'confirm',
  DkimKey: 'create-key',
  Inspection: 'inspect',
} as const satisfies Record<ResourceEvent['resource'], Request['kind']>;

function readResource(event: object, environment: Environment): Request {
  const source = 'terraform';
  const { resource: name, tf } = event as { resource: unknown; tf?: { action?: unknown } | null };
  if (name === BASELINE) return readBaseline(event, environment);
  if (tf?.action === 'delete') {
    const { domain } = check(schema.otherDelete, event);
    throw new ByodkimError('NOT_ALLOWED', { kind: 'earlier-layout', fields: ['tf'], domain });
  }
  const read = check(schema.resource, event);
  const { resource, transaction, stack, review, ...rest } = read;
  const kind = KINDS[resource];
  const isHeld = kind !== 'inspect';
  if (isHeld) requireKnown(event, read);
  const signing = withDefaults(rest, environment, isHeld);
  if (kind === 'inspect') {
    // The error is answered and not thrown, since a destroy also inspects, and must pass.
    const violation = findViolation({ ...rest, keyStore: signing.keyStore }, environment);
    return { kind, source, ...signing, violation, review };
  }
  if (transaction === undefined)
    throw malformed({ prop: 'transaction', allowed: schema.EXPECTED.transaction });
  // The function makes the keys of a stack without `createKey: false`.
  if (kind === 'create-key') return { kind, source, ...signing, createKey: signing.createKey ?? true };
  if (kind === 'gate') return { kind, source, ...signing, transaction };
  if (stack === undefined) throw malformed({ prop: 'stack', allowed: schema.EXPECTED.stack });
  return { kind, source, ...signing, transaction, stack };
}

/** An `update` would act as a create. */
function readBaseline(event: object, environment: Environment): Request {
  const source = 'terraform';
  const { tf } = event as { tf?: { action?: unknown } | null };
  // A function of another version may have written the event of a delete.
  if (tf?.action === 'delete') {
    const { id, domain, region, deletesIdentity } = check(schema.baselineDelete, event);
    return {
      kind: 'destroy',
      source,
      id,
      ...(deletesIdentity !== undefined && { deletesIdentity }),
      ...inRegion({ domain, region }, environment),
    };
  }
  const read = check(schema.baseline, event);
  requireKnown({ ...event, tf: read.tf }, read);
  const { id, domain, region, rotation } = read;
  requireAllowed({ rotation }, environment);
  return { kind: 'claim', source, id, rotation, ...inRegion({ domain, region }, environment) };
}

/** Parses a CloudTrail event of an SES call made outside this project. It only selects the identity to audit. */
function readTrail(event: object, source: Source): Request {
  const { region, detail } = check(schema.trail, event);
  const { eventName, eventTime, userIdentity, requestParameters } = detail;
  const { emailIdentity, identity, domain: named, resourceArn = '', tagKeys, tags } = requestParameters ?? {};
  const [, ofArn = ''] = /^arn:[^:]*:ses:[^:]*:\d*:identity\/(.*)$/.exec(resourceArn) ?? [];
  const domain = toALabels(emailIdentity ?? identity ?? named ?? ofArn);
  const isOfOthers = (tagKeys ?? tags?.map(({ key }) => key))?.includes(IDENTITY_TAG.key) === false;
  const at = Date.parse(eventTime);
  const change =
    domain === undefined || isOfOthers
      ? undefined
      : {
          place: { domain, region },
          call: eventName,
          caller: userIdentity?.arn,
          time: eventTime,
          at: Number.isNaN(at) ? 0 : at,
        };
  return { kind: 'identity-changed', source, change };
}

/** Row of an action: how its event is parsed. */
interface ActionRow {
  readonly takes: schema.Any<object>;
  read(fields: object, source: Source, environment: Environment): Request;
}

/** Makes the row of an action. @param complete turns the fields into a request, with the defaults */
function row<T extends schema.Any<object>>(
  takes: T,
  complete: (read: schema.Read<T>, environment: Environment) => Work,
): ActionRow {
  return {
    takes,
    read(fields, source, environment) {
      const read = check(takes, fields);
      // A function of another version may have written the event of a schedule.
      if (source === 'direct') requireKnown(fields, read);
      return { source, ...complete(read, environment) };
    },
  };
}

const rowOfSigning = (kind: 'update' | 'create-key' | 'add' | 'record' | 'notify'): ActionRow =>
  row(schema.signing, (read, environment) => ({ kind, ...withDefaults(read, environment) }));

const rowOfPlace = (kind: 'confirm-by-hand' | 'revert-by-hand' | 'remove' | 'heal'): ActionRow =>
  row(schema.place, (read, environment) => ({ kind, ...inRegion(read, environment) }));

/** Events that the function takes in addition to a stack's resources: direct calls, and those of schedules. */
export const DIRECT: Readonly<Record<Action, ActionRow>> = {
  [ACTIONS.update]: rowOfSigning('update'),
  [ACTIONS.createKey]: rowOfSigning('create-key'),
  [ACTIONS.add]: rowOfSigning('add'),
  [ACTIONS.record]: rowOfSigning('record'),
  [ACTIONS.notifyDnsTeam]: rowOfSigning('notify'),
  [ACTIONS.status]: row(schema.status, (read, environment) => ({
    kind: 'status',
    ...inRegion(read, environment),
  })),
  [ACTIONS.known]: row(schema.known, (read, environment) => ({
    kind: 'known',
    ...inRegion(read, environment),
  })),
  [ACTIONS.askRemoval]: row(schema.removal, (read, environment) => ({
    kind: 'ask-removal',
    ...inRegion(read, environment),
  })),
  [ACTIONS.confirm]: rowOfPlace('confirm-by-hand'),
  [ACTIONS.revert]: rowOfPlace('revert-by-hand'),
  [ACTIONS.remove]: rowOfPlace('remove'),
  [ACTIONS.heal]: rowOfPlace('heal'),
  [ACTIONS.revertUnconfirmed]: row(schema.revertUnconfirmed, (read, environment) => ({
    kind: 'revert-unconfirmed',
    ...inRegion(read, environment),
  })),
  [ACTIONS.audit]: row(schema.audit, (read, environment) => ({
    kind: 'audit',
    ...auditWithDefaults(read, environment),
  })),
  [ACTIONS.drill]: row(schema.drill, (read) => ({ kind: 'drill', ...read })),
  [ACTIONS.drillFired]: row(schema.drillFired, (read) => ({ kind: 'drill-fired', ...read })),
  [ACTIONS.topics]: row(schema.noFields, () => ({ kind: 'topics' })),
  [ACTIONS.testNotices]: row(schema.noFields, () => ({ kind: 'test-notices' })),
};

function readAction(event: object, source: Source, environment: Environment): Request {
  const { action, ...fields } = event as { action?: unknown };
  const known = Object.values(ACTIONS);
  const asked = known.find((each) => each === action);
  if (asked !== undefined) return DIRECT[asked].read(fields, source, environment);
  throw new ByodkimError('UNSUPPORTED_ACTION', { found: formatValue(action), known });
}

/** @throws ByodkimError NOT_ALLOWED */
function auditWithDefaults(audit: schema.Read<typeof schema.audit>, environment: Environment): Audit {
  requireAllowed({ gate: audit.gate }, environment);
  return { ...audit, gate: gateWith(audit.gate, environment) };
}

/** Returns a place in the requested region, or in the function's region. */
function inRegion<P extends { region?: string | undefined }>(
  place: P,
  environment: Environment,
): P & { readonly region: string } {
  return { ...place, region: place.region ?? environment.region };
}

/** @throws ByodkimError VALIDATION_ERROR if no bucket is named; NOT_ALLOWED if the control stack does not allow the place */
function withDefaults(parsed: schema.Signing, environment: Environment, isHeld = true): SigningRequest {
  const bucket = parsed.keyStore.bucket ?? environment.keyStoreBucket;
  if (bucket === '') throw malformed({ prop: 'keyStore.bucket', allowed: schema.EXPECTED.bucket });
  const keyStore = {
    bucket,
    privateKey: parsed.keyStore.privateKey ?? privateKeyObject(parsed.domain, parsed.selector),
    dnsRecords: parsed.keyStore.dnsRecords ?? dnsRecordsFolder(parsed.domain),
  };
  if (isHeld) requireAllowed({ ...parsed, keyStore }, environment);
  return { ...inRegion(parsed, environment), gate: gateWith(parsed.gate, environment), keyStore };
}

/** @throws ByodkimError NOT_ALLOWED */
function requireAllowed(asked: Asked, environment: Environment): void {
  const violation = findViolation(asked, environment);
  if (violation) throw violation;
}

function findViolation(asked: Asked, environment: Environment): ByodkimError | undefined {
  const found = findViolations(asked, controlOf(environment));
  return found.length > 0 ? violationError(found) : undefined;
}

/** Returns the settings of the event, completed with those of the environment (the `defaults` of the list). */
export const gateWith = (given: GateSettings, environment: Environment): SigningRequest['gate'] => ({
  mode: 'authoritative',
  waitSeconds: 0,
  ...defaultGateOf(environment),
  ...given,
});
