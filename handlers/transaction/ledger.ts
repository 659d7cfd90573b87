import type { GateSettings } from '../contract';
import type { SigningRequest } from '../event';
import type { KeyReference } from '../key/key-source';

/** One attempt to change one identity's signing state. */
export interface Attempt {
  /** Names the transaction. */
  readonly transaction: string;
  readonly source: 'terraform' | 'direct';
  readonly request: SigningRequest;
}

/** How a state is put back. Decided and proved before anything is changed. */
export type Restoration =
  | { readonly kind: 'easy-dkim' }
  | { readonly kind: 'byodkim'; readonly selector: string; readonly key: KeyReference }
  /** Only with `irreversible: allow`: what was there is given up, signing is switched off instead. */
  | { readonly kind: 'disable'; readonly reason: string };

/** A signing state of before, and the way back to it. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly observedAt: number;
  readonly origin: string;
  readonly selector?: string;
  readonly enabled: boolean;
  readonly status: string;
  readonly tokens: readonly string[];
  readonly restoration: Restoration;
}

/** What a transaction wants SES to have. */
export interface Wanted {
  readonly selector: string;
  readonly key: KeyReference;
}

/** The Terraform transaction that the signing state belongs to: the one whose delete rolls back. */
export interface Owner {
  /** Id of the stack's `Attempt`. */
  readonly transaction: string;
  readonly wanted: Wanted;
  /** How its stack asks DNS; so does the audit. */
  readonly gate?: GateSettings;
  /** The drift token that it was applied with. */
  readonly driftToken?: string;
  /** By its stack. A transaction that was confirmed once is not left armed again. */
  readonly confirmed: boolean;
  /** Until it is confirmed: the confirmed transaction before it, which the engine still has. */
  readonly replaces?: string;
}

/** The revert that waits for an unconfirmed change (RFC 6241 §8.4). */
export interface Arming {
  /** Each arming has its own number: a late or repeated firing of an older one does nothing. */
  readonly number: number;
  readonly schedule: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A change that is under way, or made and not confirmed. */
export interface Open {
  readonly transaction: string;
  readonly source: 'terraform' | 'direct';
  readonly wanted: Wanted;
  /** Who owns the state once this is confirmed; `null` for a direct call where there is no stack. */
  readonly owner: Owner | null;
  /** `opened`: SES may or may not have been changed. `applied`: it has, and `result` says so. */
  readonly phase: 'opened' | 'applied';
  readonly previous: Snapshot;
  readonly armed: Arming | null;
  readonly startedAt: number;
  readonly result?: ChangeResult;
}

/** What was undone, or taken over before it was confirmed, as long as no newer Terraform transaction was applied. */
export interface LastRevert {
  readonly undid: readonly string[];
  readonly putBack: string | null;
  /** Of the last that was undone. */
  readonly driftToken?: string;
  readonly at: number;
}

/** The same with one more that was undone. */
export const withUndone = (ledger: Ledger, { transaction, driftToken }: Owner, at: number): LastRevert => ({
  undid: [...(ledger.lastRevert?.undid ?? []).filter((other) => other !== transaction), transaction],
  putBack: ledger.owner?.transaction ?? null,
  ...(driftToken !== undefined && { driftToken }),
  at,
});

/** What a change answers; the first fields are the old runbook's, in its order. */
export interface ChangeResult {
  readonly statusCode: 200;
  readonly message: string;
  readonly domain: string;
  readonly selector: string;
  readonly final_dkim_status: string;
  readonly signing_origin: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly automation_type: 'terraform' | 'lambda_extension';
  readonly transaction: string;
  /** Whether SES was changed. */
  readonly changed: boolean;
  /** Fingerprint of the key's public half. */
  readonly fingerprint: string;
  /** Version of the private key's object that was used, where the bucket keeps versions. */
  readonly key_version?: string;
  /** From the Put until SES answered SUCCESS; absent when nothing was changed or it has not verified yet. */
  readonly unverified_seconds?: number;
  /** When the change reverts unless it is confirmed. ISO 8601. */
  readonly reverts_at?: string;
  readonly warnings: readonly string[];
}

export interface HistoryEntry {
  readonly at: string;
  readonly event:
    | 'opened'
    | 'applied'
    | 'noted'
    | 'confirmed'
    | 'reverted'
    | 'destroying'
    | 'destroyed'
    | 'leaving'
    | 'failed'
    | 'rearmed';
  readonly transaction: string;
  readonly selector?: string;
  readonly detail?: string;
}

/** Who works on the domain now. Short, and renewed while work goes on. */
export interface Lease {
  readonly holder: string;
  readonly acquiredAt: number;
  readonly expiresAt: number;
}

/** Our record of one domain in one region. Never holds key material. */
export interface Ledger {
  readonly format: 1;
  readonly domain: string;
  readonly region: string;
  /** Names one write, so that a writer whose answer was lost knows its own. */
  readonly writeId: string;
  readonly lease: Lease | null;
  /** Before the first transaction of this project; `null` before that, and once it was restored. */
  readonly baseline: Snapshot | null;
  readonly owner: Owner | null;
  /** What we have set last and left in force, for a stack or for a direct call: SES does not tell its key. */
  readonly inForce: Wanted | null;
  readonly open: Open | null;
  readonly lastRevert: LastRevert | null;
  /**
   * The confirmed transaction whose `Confirmation` was deleted while a newer one was not confirmed: its stack is being
   * destroyed, so the delete of its `Signing` acts.
   */
  readonly leaving: string | null;
  /** Number of the last arming. */
  readonly armings: number;
  /** How many changes have been settled: part of the drift token. */
  readonly generation: number;
  /** Newest last, at most 50. */
  readonly history: readonly HistoryEntry[];
}

const HISTORY_LENGTH = 50;

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
  leaving: null,
  armings: 0,
  generation: 0,
  history: [],
});

/** The ledger with one more line of history. */
export const withHistory = (ledger: Ledger, entry: HistoryEntry): Ledger => ({
  ...ledger,
  history: [...ledger.history, entry].slice(-HISTORY_LENGTH),
});
