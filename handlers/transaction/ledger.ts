import * as z from 'zod';
import { REPLICA_ORIGIN_PATTERN } from '../aws/email-identity';
import { LEASE } from '../budgets';
import { DOMAIN_PATTERN, REGION_PATTERN, SELECTOR_PATTERN } from '../contract';
import type { SigningRequest } from '../event';

/** A place in SES: one domain in one region. */
export interface Place {
  readonly domain: string;
  readonly region: string;
}

/** One attempt to change one identity's signing state. */
export interface Attempt {
  /** Names the transaction. */
  readonly transaction: string;
  readonly source: 'terraform' | 'direct';
  readonly request: SigningRequest;
}

/** Milliseconds since the epoch. */
const time = z.number().min(0).max(8.64e15);
const selector = z.string().regex(SELECTOR_PATTERN);
/** Nothing in a name may end a line or steer a terminal. */
const name = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,1024}$/u);
const transaction = name.max(128);

/** Which key: enough to find it again and to know it, nothing of it. */
const keyReference = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  key: name,
  versionId: name.optional(),
  etag: z.string().max(256),
  /** Of the public half. */
  fingerprint: z.string().max(128),
});

/** `AWS_SES_<REGION>`, as SES writes it: `AWS_SES_EU_WEST_1`. */
const replicaOrigin = z.string().regex(REPLICA_ORIGIN_PATTERN);

/** How a state is put back. Decided and proved before anything is changed. */
const restoration = z.discriminatedUnion('kind', [
  /** `origin`: replicated from that region (deterministic Easy DKIM). */
  z.strictObject({ kind: z.literal('easy-dkim'), origin: replicaOrigin.optional() }),
  z.strictObject({ kind: z.literal('byodkim'), selector, key: keyReference }),
  /** Only with `irreversible: allow`: what was there is given up, signing is switched off instead. */
  z.strictObject({ kind: z.literal('disable'), reason: z.string() }),
]);

/** A signing state of before, and the way back to it. */
const snapshot = z.strictObject({
  observedAt: time,
  origin: name,
  selector: name.optional(),
  enabled: z.boolean(),
  status: name,
  tokens: z.array(z.string().max(255)).max(20),
  restoration,
});

/** What a transaction wants SES to have. */
const wanted = z.strictObject({ selector, key: keyReference });

/** How its stack lets keys follow each other; plans and the audit go by it. */
const rotation = z.strictObject({
  records: z.array(selector).max(50).optional(),
  revoked: z.array(selector).max(50).optional(),
  overlapDays: z.int().optional(),
  keyLifetimeDays: z.int().optional(),
  delegation: z
    .strictObject({ zone: z.string().regex(DOMAIN_PATTERN), selectors: z.tuple([selector, selector]) })
    .optional(),
});

/** The Terraform transaction that the signing state belongs to: the one whose delete rolls back. */
const owner = z.strictObject({
  /** Id of the stack's `Attempt`. */
  transaction,
  wanted,
  /** How its stack asks DNS; so does the audit. */
  gate: z
    .strictObject({
      mode: z.enum(['authoritative', 'recursive']).optional(),
      nameservers: z.array(name).max(100).optional(),
      resolvers: z.array(name).max(100).optional(),
      waitSeconds: z.number().optional(),
    })
    .optional(),
  rotation: rotation.optional(),
  /** The drift token that it was applied with. */
  driftToken: name.max(256).optional(),
  /** By its stack. A transaction that was confirmed once is not left armed again. */
  confirmed: z.boolean(),
  /** Until it is confirmed: the confirmed transaction before it, which the engine still has. */
  replaces: transaction.optional(),
});

/** The one-time schedule that waits for an open change (RFC 6241 §8.4). */
const arming = z.strictObject({
  /** Each arming has its own number: a late or repeated firing of an older one does nothing. */
  number: z.int(),
  schedule: z.string().regex(/^[0-9A-Za-z-_.]{1,64}$/),
  at: time,
});

/** What a change answers; the first fields are the old runbook's, in its order. */
const changeResult = z.strictObject({
  statusCode: z.literal(200),
  message: z.string(),
  domain: z.string(),
  selector: z.string(),
  final_dkim_status: z.string(),
  signing_origin: z.string(),
  /** ISO 8601, UTC. */
  timestamp: z.string(),
  automation_type: z.enum(['terraform', 'lambda_extension']),
  transaction: z.string(),
  /** Whether SES was changed. */
  changed: z.boolean(),
  /** Fingerprint of the key's public half. */
  fingerprint: z.string(),
  /** Version of the private key's object that was used, where the bucket keeps versions. */
  key_version: z.string().optional(),
  /** From the Put until SES answered SUCCESS; absent when nothing was changed or it has not verified yet. */
  unverified_seconds: z.number().optional(),
  /** When the change reverts: unless it is confirmed, or unless SES has verified it by then. ISO 8601. */
  reverts_at: z.string().optional(),
  warnings: z.array(z.string()),
});

/** A change that is under way, or made and not done: its stack has not ended, or SES has not verified it. */
const open = z.strictObject({
  transaction,
  source: z.enum(['terraform', 'direct']),
  wanted,
  /** Who owns the state once this is confirmed; `null` for a direct call where there is no stack. */
  owner: owner.nullable(),
  /** `opened`: SES may or may not have been changed. `applied`: it has, and `result` says so. */
  phase: z.enum(['opened', 'applied']),
  previous: snapshot,
  armed: arming.nullable(),
  startedAt: time,
  result: changeResult.optional(),
  /** When SES began to look for the record: the Put. */
  putAt: time.optional(),
  /** SES has until then, wherever the change is confirmed. */
  verifyBy: time.optional(),
  /** The change is confirmed, and waits for SES alone: how often it was looked since. */
  looks: z.int().min(0).optional(),
});

/** What was undone, or taken over before it was confirmed, as long as no newer Terraform transaction was applied. */
const lastRevert = z.strictObject({
  undid: z.array(transaction).max(1000),
  putBack: transaction.nullable(),
  /** Of the last that was undone. */
  driftToken: name.max(256).optional(),
  at: time,
});

/** A confirmed change that SES did not verify in time, and that was put back. */
const unverified = z.strictObject({
  transaction,
  selector,
  at: time,
  /** How long SES had, by `verification.timeoutMinutes`. */
  minutes: z.number(),
  /** What SES showed last. */
  status: name,
  verification: z
    .strictObject({
      errorType: z.string().optional(),
      lastCheckedAt: z.string().optional(),
      lastSuccessAt: z.string().optional(),
      primaryNameServer: z.string().optional(),
      soaSerial: z.string().optional(),
    })
    .optional(),
  /** How often in a row. */
  times: z.int().min(1),
  /** Whether mail was signed before. */
  signed: z.boolean(),
});

const historyEntry = z.strictObject({
  at: z.string(),
  event: z.enum([
    'opened',
    'applied',
    'noted',
    'confirmed',
    'verified',
    'reverted',
    'destroying',
    'destroyed',
    'leaving',
    'failed',
    'rearmed',
  ]),
  transaction: z.string(),
  selector: z.string().optional(),
  detail: z.string().optional(),
});

/** A selector that SES has signed with. Its record is needed as long as mail of it is under way. */
const signer = z.strictObject({
  selector,
  /** Since when; `null`: it did before we came. */
  since: time.nullable(),
  /** When SES was told to sign with another one, or with none. */
  stoppedAt: time.nullable(),
});

/** Who works on the domain now. Short, and renewed while work goes on. */
const lease = z.strictObject({ holder: name, acquiredAt: time, expiresAt: time });

/** Our record of one domain in one region. Never holds key material. What is not as told here is not believed. */
export const ledgerSchema = z.strictObject({
  format: z.literal(1),
  domain: z.string().regex(DOMAIN_PATTERN),
  region: z.string().regex(REGION_PATTERN),
  /** Names one write, so that a writer whose answer was lost knows its own. */
  writeId: z.string().max(128),
  lease: lease.nullable(),
  /** Before the first transaction of this project; `null` before that, and once it was restored. */
  baseline: snapshot.nullable(),
  owner: owner.nullable(),
  /** What we have set last and left in force, for a stack or for a direct call: SES does not tell its key. */
  inForce: wanted.nullable(),
  open: open.nullable(),
  lastRevert: lastRevert.nullable(),
  unverified: unverified.nullable().default(null),
  /** Newest last; at most one of them signs now. Stays when all is rolled back: mail is under way all the same. */
  signers: z.array(signer).max(20).default([]),
  /** Selectors whose record the stack publishes, those of attempts that did not reach their end included. */
  records: z.array(selector).max(100).default([]),
  /**
   * The confirmed transaction whose `Confirmation` was deleted while a newer one was not confirmed: its stack is being
   * destroyed, so the delete of its `Signing` acts.
   */
  leaving: transaction.nullable(),
  /** Number of the last arming. */
  armings: z.int().min(0),
  /** How many changes have been settled: part of the drift token. */
  generation: z.int().min(0),
  /** Newest last. */
  history: z.array(historyEntry).max(50),
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
  signers: [],
  records: [],
  leaving: null,
  armings: 0,
  generation: 0,
  history: [],
});

/** Whether mail was signed, as far as we have seen. */
export const signed = ({ enabled, status }: Snapshot): boolean => enabled && status === 'SUCCESS';

/** Confirmed, and not done: SES has not verified it yet. */
export const isWaiting = (open: Open | null): open is Open & { readonly looks: number } =>
  open?.looks !== undefined;

/**
 * Whether somebody works on the domain. A lease that lasts longer than ours do was not written by us, and must not
 * block anybody.
 */
export const isHeld = (lease: Lease | null, now: number): lease is Lease =>
  lease !== null && lease.expiresAt > now && lease.expiresAt <= now + LEASE.lengthMs + LEASE.skewMs;
