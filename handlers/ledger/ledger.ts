import * as z from 'zod/mini';
import { LEASE } from '../budgets';
import { MINUTE_MS } from '../clock';
import { DOMAIN_PATTERN, REGION_PATTERN, SELECTOR_PATTERN } from '../contract';
import type { SigningRequest } from '../event';
import { boolean, gate, int, number, rotation, string, text } from '../event-schema';

export type { Place } from '../event';

/** One attempt to change one identity's signing state. */
export interface Attempt {
  /** Names the transaction. */
  readonly transaction: string;
  readonly source: 'terraform' | 'direct';
  readonly request: SigningRequest;
}

/**
 * Keeps fields that it does not know, since a newer function may have written them: after that function was rolled back,
 * an open change must still be reverted. The type has the known fields alone.
 */
const record = <const Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.looseObject(shape) as unknown as z.ZodMiniObject<Shape, z.core.$strict>;

const optionalString = z.optional(string);
/** Milliseconds since the epoch. */
const time = number.check(z.gte(0), z.lte(8.64e15));
const domain = text(DOMAIN_PATTERN, 'a domain name');
const selector = text(SELECTOR_PATTERN, 'a selector');
/** Nothing in a name may end a line or steer a terminal. */
const name = text(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,1024}$/u, 'one line of text, at most 1024 characters');
const transaction = name.check(z.maxLength(128));

/** Names a key, so that it can be found again and recognised. Holds nothing of the key itself. */
const keyReference = record({
  bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
  key: name,
  versionId: z.optional(name),
  etag: string.check(z.maxLength(256)),
  /** Of the public half. */
  fingerprint: string.check(z.maxLength(128)),
});

/** How a rollback to this state is done. Decided and proved before anything is changed. */
const restoration = z.discriminatedUnion('kind', [
  record({ kind: z.literal('easy-dkim') }),
  record({ kind: z.literal('byodkim'), selector, key: keyReference }),
  /** Only with `irreversible: allow`: what was there is given up, signing is switched off instead. */
  record({ kind: z.literal('disable'), reason: string }),
]);

/** An earlier signing state, and how to roll back to it. */
const snapshot = record({
  observedAt: time,
  origin: name,
  selector: z.optional(name),
  enabled: boolean,
  status: name,
  tokens: z.array(string.check(z.maxLength(255))).check(z.maxLength(20)),
  restoration,
});

/** What a transaction wants SES to have. */
const wanted = record({ selector, key: keyReference });

/** The Terraform transaction that the signing state belongs to: the one whose delete rolls back. */
const owner = record({
  /** Id of the stack's `Attempt`. */
  transaction,
  wanted,
  /** How its stack asks DNS; so does the audit. */
  gate: z.optional(record(gate.shape)),
  /** How its stack lets keys follow each other; plans and the audit go by it. */
  rotation: z.optional(record(rotation.shape)),
  /** Present where its stack asks that the audit heals: where the record's DNS information lies. */
  heal: z.optional(record({ dnsRecords: name })),
  /** The MAIL FROM domain that its stack sets. */
  mailFrom: z.optional(record({ domain, onMxFailure: z.enum(['use-default', 'reject']) })),
  /** Addresses of the name servers that served the zone its stack publishes in. */
  zoneServers: z.optional(z.array(name.check(z.maxLength(64))).check(z.maxLength(64))),
  /** The drift token that it was applied with. */
  driftToken: z.optional(name.check(z.maxLength(256))),
  /** By its stack. A transaction that was confirmed once is not left armed again. */
  confirmed: boolean,
  /** Until it is confirmed: the confirmed transaction before it, which the engine still has. */
  replaces: z.optional(transaction),
});

/** The one-time schedule that waits for an open change (RFC 6241 §8.4). */
const arming = record({
  /** Each arming has its own number: a late or repeated firing of an older one does nothing. */
  number: int,
  schedule: text(/^[0-9A-Za-z-_.]{1,64}$/, 'the name of a schedule'),
  at: time,
});

/** What a change answers; the first fields are the old runbook's, in its order. */
const changeResult = record({
  statusCode: z.literal(200),
  message: string,
  domain: string,
  selector: string,
  final_dkim_status: string,
  signing_origin: string,
  /** ISO 8601, UTC. */
  timestamp: string,
  automation_type: z.enum(['terraform', 'lambda_extension']),
  transaction: string,
  /** Whether SES was changed. */
  changed: boolean,
  /** Fingerprint of the key's public half. */
  fingerprint: string,
  /** Version of the private key's object that was used, where the bucket keeps versions. */
  key_version: optionalString,
  /** From the Put until SES answered SUCCESS; absent when nothing was changed or it has not verified yet. */
  unverified_seconds: z.optional(number),
  /** When the change reverts: unless it is confirmed, or unless SES has verified it by then. ISO 8601. */
  reverts_at: optionalString,
  /** The selector that signed before, and until which day (UTC) its record has to stay. */
  retiring: z.optional(record({ selector, until: string })),
  warnings: z.array(string),
});

/** A change that is under way, or made and not done: its stack has not ended, or SES has not verified it. */
const open = record({
  transaction,
  source: z.enum(['terraform', 'direct']),
  wanted,
  /** Who owns the state once this is confirmed; `null` for a direct call where there is no stack. */
  owner: z.nullable(owner),
  /** `opened`: SES may or may not have been changed. `applied`: it has, and `result` says so. */
  phase: z.enum(['opened', 'applied']),
  previous: snapshot,
  armed: z.nullable(arming),
  startedAt: time,
  result: z.optional(changeResult),
  /** When SES began to verify: the Put. */
  putAt: z.optional(time),
  /** SES has until then, wherever the change is confirmed. */
  verifyBy: z.optional(time),
  /** Present once the change is confirmed and waits for SES alone: how often that was checked since. */
  checks: z.optional(int.check(z.gte(0))),
});

/** What was undone, or taken over before it was confirmed, as long as no newer Terraform transaction was applied. */
const lastRevert = record({
  undid: z.array(transaction).check(z.maxLength(1000)),
  restored: z.nullable(transaction),
  /** Of the last that was undone. */
  driftToken: z.optional(name.check(z.maxLength(256))),
  at: time,
  /** A person has reverted it, whatever the engine has of it: so the next plan is of a new attempt. */
  byHand: z.optional(boolean),
});

/** A confirmed change that SES did not verify in time, and that was rolled back. */
const unverified = record({
  transaction,
  selector,
  at: time,
  /** How long SES had, by `verification.timeoutMinutes`. */
  minutes: number,
  /** What SES showed last. */
  status: name,
  verification: z.optional(
    record({
      errorType: optionalString,
      lastCheckedAt: optionalString,
      lastSuccessAt: optionalString,
      primaryNameServer: optionalString,
      soaSerial: optionalString,
    }),
  ),
  /** How often in a row. */
  times: int.check(z.gte(1)),
  /** Whether mail was signed before. */
  signed: boolean,
});

/** What SES had when it was known last, and what a person has done to it since this project set it. */
const seen = record({
  status: name,
  enabled: boolean,
  /** `null`: nothing. `unknown`: no audit has seen it verified. */
  person: z.nullable(z.enum(['set-anew', 'switched-off', 'unknown'])),
});

/** A call by which somebody else has changed the identity, as CloudTrail has shown it. */
const callOfOthers = record({ call: name, words: string.check(z.maxLength(4096)) });

const historyEntry = record({
  at: string,
  event: z.enum([
    'opened',
    'applied',
    'adopted',
    'confirmed',
    'verified',
    'reverted',
    'destroying',
    'destroyed',
    'destroy-begun',
    'recreated',
    'failed',
    'rollback-failed',
  ]),
  transaction: string,
  selector: optionalString,
  detail: optionalString,
});

/** A selector that SES has signed with. Its record is needed as long as mail of it is under way. */
const signer = record({
  selector,
  /** Since when; `null`: it did before we came. */
  since: z.nullable(time),
  /** When SES was set to sign with another one, or with none. */
  stoppedAt: z.nullable(time),
});

/** The run that works on the domain now. Short, and renewed while work goes on. */
const lease = record({ holder: name, acquiredAt: time, expiresAt: time });

/** Our record of one domain in one region. Never holds key material. A known field of another form is refused. */
export const ledgerSchema = record({
  format: z.literal(1),
  domain,
  region: text(REGION_PATTERN, 'an AWS region'),
  /** Names one write, so that a writer whose answer was lost knows its own. */
  writeId: string.check(z.maxLength(128)),
  lease: z.nullable(lease),
  /** Before the first transaction of this project; `null` before that, and once it was restored. */
  baseline: z.nullable(snapshot),
  owner: z.nullable(owner),
  /** What we have set last and left in force, for a stack or for a direct call: SES does not show its key. */
  inForce: z.nullable(wanted),
  open: z.nullable(open),
  lastRevert: z.nullable(lastRevert),
  unverified: z._default(z.nullable(unverified), null),
  /** Of the state in force; `null`: nothing is known. Whether `heal` may act is decided by it. */
  seen: z._default(z.nullable(seen), null),
  /** Calls of others that no audit has looked at yet. Newest last. */
  callsOfOthers: z._default(z.array(callOfOthers).check(z.maxLength(20)), []),
  /** When somebody else has changed the identity last. Stays once an audit has looked: it compares the signing state alone. */
  changedByOthersAt: z._default(z.nullable(time), null),
  /** Newest last; at most one of them signs now. Stays after a destroy: mail is under way all the same. */
  signers: z._default(z.array(signer).check(z.maxLength(20)), []),
  /** Selectors whose record the stack publishes, those of attempts that did not reach their end included. */
  records: z._default(z.array(selector).check(z.maxLength(100)), []),
  /**
   * The confirmed transaction whose `Confirmation` was deleted while a newer one was not confirmed: its stack is being
   * destroyed, so the delete of its `Signing` acts.
   */
  destroyBegun: z.nullable(transaction),
  /**
   * The confirmed transaction whose `Signing` was created once more (`-replace`, `taint`): the next delete of it is that
   * of its earlier object.
   */
  recreated: z._default(z.nullable(transaction), null),
  /** The transaction whose `DnsGate` was created once more: a delete of it need not be that of a destroy. */
  regated: z._default(z.nullable(transaction), null),
  /** Number of the last arming. */
  armings: int.check(z.gte(0)),
  /** How many changes have been settled: part of the drift token. */
  generation: int.check(z.gte(0)),
  /** Newest last. */
  history: z.array(historyEntry).check(z.maxLength(50)),
});

type Frozen<T> = T extends readonly [string, string]
  ? Readonly<T>
  : T extends readonly (infer Item)[]
    ? readonly Frozen<Item>[]
    : T extends object
      ? { readonly [Name in keyof T]: Frozen<T[Name]> }
      : T;

export type Ledger = Frozen<z.infer<typeof ledgerSchema>>;
export type Snapshot = Frozen<z.infer<typeof snapshot>>;
export type Restoration = Snapshot['restoration'];
export type Wanted = Frozen<z.infer<typeof wanted>>;
export type Owner = Frozen<z.infer<typeof owner>>;
export type Arming = Frozen<z.infer<typeof arming>>;
export type Open = Frozen<z.infer<typeof open>>;
export type LastRevert = Frozen<z.infer<typeof lastRevert>>;
export type Unverified = Frozen<z.infer<typeof unverified>>;
export type Seen = Frozen<z.infer<typeof seen>>;
export type CallOfOthers = Frozen<z.infer<typeof callOfOthers>>;
export type ChangeResult = Frozen<z.infer<typeof changeResult>>;
export type Signer = Frozen<z.infer<typeof signer>>;
export type HistoryEntry = Frozen<z.infer<typeof historyEntry>>;
export type Lease = Frozen<z.infer<typeof lease>>;

export const emptyLedger = (domain: string, region: string): Ledger => ({
  format: 1,
  domain,
  region,
  writeId: '',
  lease: null,
  baseline: null,
  owner: null,
  inForce: null,
  open: null,
  lastRevert: null,
  unverified: null,
  seen: null,
  callsOfOthers: [],
  changedByOthersAt: null,
  signers: [],
  records: [],
  destroyBegun: null,
  recreated: null,
  regated: null,
  armings: 0,
  generation: 0,
  history: [],
});

/** Returns the owner of the state once the open change is done: its stack's settings count already. */
export const currentOwner = ({ open, owner }: Pick<Ledger, 'open' | 'owner'>): Owner | null =>
  open?.owner ?? owner;

/** Returns the keys that the domain signs with or would roll back to. */
export const knownKeys = ({ inForce, open, baseline }: Ledger): readonly Wanted[] => [
  ...[inForce, open?.wanted].flatMap((wanted) => wanted ?? []),
  ...[open?.previous, baseline].flatMap((state) =>
    state?.restoration.kind === 'byodkim' ? state.restoration : [],
  ),
];

/** Whether mail was signed, as far as SES has shown. */
export const signed = ({ enabled, status }: Snapshot): boolean => enabled && status === 'SUCCESS';

/** Whether a change is confirmed and not done: SES has not verified it yet. */
export const isWaiting = (open: Open | null): open is Open & { readonly checks: number } =>
  open?.checks !== undefined;

/** Returns when SES must have verified. */
export const deadlineOf = ({ verifyBy, startedAt }: Open): number => verifyBy ?? startedAt + 60 * MINUTE_MS;

/**
 * Whether a run works on the domain. A lease that lasts longer than ours do was not written by us, and must not block
 * any run.
 */
export const isHeld = (lease: Lease | null, now: number): lease is Lease =>
  lease !== null && lease.expiresAt > now && lease.expiresAt <= now + LEASE.lengthMs + LEASE.skewMs;
