import { type Asked, notAllowed } from './allowances';
import {
  ACTIONS,
  type Action,
  dnsRecordsFolder,
  ENVIRONMENT,
  type GateSettings,
  type KeyStore,
  privateKeyObject,
  READ_DOOR,
  type ResourceType,
  type RotationSettings,
} from './contract';
import { controlOf, type Environment, gateOf } from './environment';
import { ByodkimError } from './errors';
import * as schema from './event-schema';
import { replacementOf, replacementOfAction } from './removed-words';
import { check, malformed, refused, shown, unknownFields } from './validation-errors';

/** A place in SES: one domain in one region. */
export interface Place {
  readonly domain: string;
  readonly region: string;
}

/** The same and everything an attempt to change it needs, defaults filled in. */
export interface SigningRequest
  extends Place,
    Readonly<Omit<schema.Signing, 'region' | 'keyStore' | 'gate' | 'rotation'>> {
  readonly keyStore: Required<KeyStore>;
  readonly gate: GateSettings & Required<Pick<GateSettings, 'mode' | 'waitSeconds'>>;
  readonly rotation?: RotationSettings;
}

/**
 * Who sent an event. A person or a program that called directly reads the answer, so an error is returned to it;
 * Terraform and the schedules need a failure, so that the apply stops and Lambda repeats.
 */
export type Source = 'terraform' | 'schedule' | 'direct';

/** One member for each kind, so that a table over the kinds knows each one's fields. */
type Each<Kind extends string, Fields> = Kind extends string
  ? { readonly kind: Kind } & Readonly<Fields>
  : never;
/** What an event asks for; one kind for each thing that the function does. */
type Asks =
  | { [A in Action]: Each<Of<A>['kind'], ReturnType<Of<A>['completed']>> }[Action]
  | Each<
      'gate' | 'change' | 'confirm' | 'destroy' | 'begin-destroy',
      SigningRequest & { /** The id of the stack's `Attempt`. */ readonly transaction: string }
    >
  | Each<'inspect', SigningRequest & { /** NOT_ALLOWED */ readonly refused?: ByodkimError }>
  /** A delete that changes nothing. */
  | Each<'keep', Place & { readonly resource: ResourceType }>;
type Of<A extends Action> = (typeof OF_ACTION)[A];

/** The same, and who asks for it. */
export type Request = Asks & { readonly source: Source };

/** The request of one kind. */
export type RequestOf<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;
export type AuditRequest = RequestOf<'audit'>;
/** What the one-time schedule of a change sends. */
export type Firing = Pick<RequestOf<'revert-unconfirmed'>, 'transaction' | 'arming' | 'retries'>;

/** An event that was read: once, here, and never again. */
export interface Parsed {
  /** Known however malformed the event is: it decides whether the error is returned or thrown. */
  readonly source: Source;
  /** VALIDATION_ERROR (every malformed field, at once), UNSUPPORTED_ACTION or NOT_ALLOWED instead of a request. */
  readonly request: Request | ByodkimError;
}

/** Which name of the function was called: IAM grants them apart. */
export type Door = 'read' | 'change';

/** @param functionArn as it was invoked: with the name of the door, if it was called by one. */
export const doorOf = (functionArn: string): Door =>
  functionArn.split(':')[7] === READ_DOOR ? 'read' : 'change';

export function parseEvent(event: unknown, environment: Environment, door: Door = 'change'): Parsed {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    const request = malformed([`event: expected a JSON object, found ${shown(event)}`], ['event']);
    return { source: 'direct', request };
  }
  const source = sourceOf(event);
  try {
    const asks =
      'resource' in event ? readResource(event, environment) : readAction(event, source, environment);
    const request = { ...asks, source };
    return { source, request: door === 'read' ? asLooking(request) : request };
  } catch (error) {
    if (error instanceof ByodkimError) return { source, request: error };
    throw error;
  }
}

const BY_SCHEDULE = new Set<unknown>([ACTIONS.revertUnconfirmed, ACTIONS.drillFired]);

function sourceOf(event: object): Source {
  const { action, scheduled } = event as { action?: unknown; scheduled?: unknown };
  if ('resource' in event || 'tf' in event) return 'terraform';
  if (BY_SCHEDULE.has(action)) return 'schedule';
  if (action === ACTIONS.audit && scheduled === true) return 'schedule';
  return 'direct';
}

/** What changes nothing, whoever asks. */
const LOOKS: ReadonlySet<Request['kind']> = new Set(['inspect', 'gate', 'status', 'record', 'audit']);

/** The request as the reading door takes it. @throws ByodkimError NOT_ALLOWED */
function asLooking(request: Request): Request {
  if (request.kind === 'audit' && request.source === 'direct' && request.continues === undefined)
    return { ...request, quiet: true };
  if (request.kind !== 'audit' && LOOKS.has(request.kind)) return request;
  throw new ByodkimError('NOT_ALLOWED', {
    what:
      `This came through the reading door (alias ${READ_DOOR}), which changes nothing: found ${request.kind}, allowed: ` +
      `${[...LOOKS].join(', ')}. Nothing was read or changed.`,
    advice: 'Call the function by its own name; whoever grants lambda:InvokeFunction decides who may.',
    details: { fields: ['action'], found: request.kind, allowedBy: ['lambda:InvokeFunction'] },
  });
}

/**
 * What the engine's call is for each resource. An `update`, should one come, does what create does: a change is always
 * create (new), then delete (old).
 */
const LIFECYCLE = {
  DnsGate: { create: 'gate', delete: 'keep' },
  Signing: { create: 'change', delete: 'destroy' },
  Confirmation: { create: 'confirm', delete: 'begin-destroy' },
  DkimKey: { create: 'create-key', delete: 'keep' },
  Inspection: { create: 'inspect', delete: 'keep' },
} as const satisfies Record<ResourceType, Record<'create' | 'delete', Request['kind']>>;

function readResource(event: object, environment: Environment): Asks {
  const read = check(schema.resource, event);
  const { resource, transaction, tf, ...rest } = read;
  const isDelete = tf?.action === 'delete';
  const kind = LIFECYCLE[resource][isDelete ? 'delete' : 'create'];
  // A delete needs neither DNS nor a key, and must go through when what once was allowed is not any more.
  const isHeld = !isDelete && kind !== 'inspect';
  if (isHeld) requireKnown({ ...event, tf }, read);
  const signing = withDefaults(rest, isDelete ? { ...environment, gate: '' } : environment, isHeld);
  if (kind === 'inspect') {
    // Answered, not thrown: a destroy looks as well, and must go through.
    const refused = disallowed({ ...rest, keyStore: signing.keyStore }, environment);
    return { kind, ...signing, refused };
  }
  if (transaction === undefined)
    throw malformed(['transaction: expected the id of the Attempt, found nothing'], ['transaction']);
  return { kind, ...signing, transaction, resource };
}

/** What an action asks for, what it takes beside its name, and what is put in for what that leaves open. */
const asks = <Kind extends string, Grammar extends schema.Any, Fields>(
  kind: Kind,
  takes: Grammar,
  completed: (read: schema.Read<Grammar>, environment: Environment) => Fields,
) => ({ kind, takes, completed });

export const OF_ACTION = {
  [ACTIONS.update]: asks('update', schema.signing, withDefaults),
  [ACTIONS.createKey]: asks('create-key', schema.signing, withDefaults),
  [ACTIONS.record]: asks('record', schema.signing, withDefaults),
  [ACTIONS.notifyDnsTeam]: asks('notify', schema.signing, withDefaults),
  [ACTIONS.status]: asks('status', schema.place, inRegion),
  [ACTIONS.confirm]: asks('confirm-by-hand', schema.place, inRegion),
  [ACTIONS.revert]: asks('revert-by-hand', schema.place, inRegion),
  [ACTIONS.revertUnconfirmed]: asks('revert-unconfirmed', schema.revertUnconfirmed, inRegion),
  [ACTIONS.audit]: asks('audit', schema.audit, (read, environment) => {
    requireAllowed({ gate: read.gate }, environment);
    return { ...read, gate: gateWith(read.gate, environment) };
  }),
  [ACTIONS.drill]: asks('drill', schema.drill, (read) => read),
  [ACTIONS.drillFired]: asks('drill-fired', schema.drillFired, (read) => read),
} as const satisfies Record<Action, unknown>;

const isAction = (action: unknown): action is Action =>
  typeof action === 'string' && Object.hasOwn(OF_ACTION, action);

function readAction(event: object, source: Source, environment: Environment): Asks {
  const { action, ...fields } = event as { action?: unknown };
  if (!isAction(action)) {
    const known = Object.values(ACTIONS);
    const instead = replacementOfAction(action);
    throw new ByodkimError('UNSUPPORTED_ACTION', {
      what: `Unsupported action: expected one of ${known.join(', ')}, found ${shown(action)}.`,
      ...(instead !== undefined && { advice: `The action ${action} was removed: ${instead}.` }),
      details: { found: shown(action), known },
    });
  }
  const { kind, takes, completed } = OF_ACTION[action];
  const read = check<schema.Any>(takes, fields);
  // What a schedule sends was written by a function of another version, perhaps.
  if (source === 'direct') requireKnown(fields, read);
  return { kind, ...completed(read as never, environment) } as Asks;
}

/**
 * A setting that is passed over in silence is one that somebody relies on. A delete, and what changes nothing, go through.
 * @throws ByodkimError VALIDATION_ERROR
 */
function requireKnown(event: object, read: unknown): void {
  const unknown = unknownFields(event, read);
  if (unknown.length === 0) return;
  const reasons = unknown.map(([field, value]) => {
    const instead = replacementOf(field);
    const expected =
      instead === undefined ? 'no such field' : `no such field, which was removed (${instead})`;
    return `${field}: expected ${expected}, found ${shown(value)}`;
  });
  throw malformed(
    reasons,
    unknown.map(([field]) => field),
    'Check the field name (docs/events.md). If it is right, the deployed function is older than the caller: deploy the control stack first.',
  );
}

function inRegion<P extends { domain: string; region?: string | undefined }>(
  place: P,
  environment: Environment,
) {
  return { ...place, region: place.region ?? environment.region };
}

/** @throws ByodkimError NOT_ALLOWED where it is held to what the control stack allows. */
function withDefaults(parsed: schema.Signing, environment: Environment, isHeld = true): SigningRequest {
  const bucket = parsed.keyStore.bucket ?? environment.keyStoreBucket;
  if (bucket === '')
    throw malformed(
      [`keyStore.bucket: expected a bucket in the event or in ${ENVIRONMENT.keyStoreBucket}, found nothing`],
      ['keyStore.bucket'],
    );
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
  const error = disallowed(asked, environment);
  if (error) throw error;
}

function disallowed(asked: Asked, environment: Environment): ByodkimError | undefined {
  const found = notAllowed(asked, controlOf(environment));
  return found.length > 0 ? refused(found) : undefined;
}

/** What the event leaves open is as the environment says: the `defaults` of the list. */
export const gateWith = (given: GateSettings, environment: Environment): SigningRequest['gate'] => ({
  mode: 'authoritative',
  waitSeconds: 0,
  ...gateOf(environment),
  ...given,
});
