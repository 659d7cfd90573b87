import type { MailFromState, VerificationInfo } from '../aws/email-identity';
import type { KeyReference } from '../aws/stored-key';
import { LEASE } from '../budgets';
import { MINUTE_MS } from '../clock';
import type { Place, SigningRequest } from '../contract/input/event';
import type { RotationSettings, Sharer } from '../contract/input/event-schema';
import type { GateSettings, Senders } from '../contract/settings/settings';
import type { NotRestorable } from '../facts/not-restorable';
import type { CallOfOthers } from '../facts/reports';
import type { LedgerEvent, State, Step } from './states';

export type { Place } from '../contract/input/event';

/** One attempt to change one identity's signing state, by a stack or by a direct call. */
export type Attempt = {
  /** Names the transaction. */
  readonly transaction: string;
  readonly request: SigningRequest;
} & ({ readonly source: 'terraform'; readonly stack: string } | { readonly source: 'direct' });

/** An attempt of a stack. */
export type StackAttempt = Extract<Attempt, { readonly source: 'terraform' }>;

/** What the function records of one domain in one region, never key material. Times are milliseconds since the epoch. */
export interface Ledger extends Place {
  readonly format: 1;
  /** Names one write, so that a writer whose answer was lost knows its own. */
  readonly writeId: string;
  /** The run that works on the domain now. */
  readonly lease: Lease | null;
  /** What SES had before this project's first transaction; `null` before that, and once it was restored. */
  readonly baseline: Snapshot | null;
  readonly owner: Owner | null;
  /** What was set last and stayed, for a stack or for a direct call: SES does not show its key. */
  readonly inForce: Wanted | null;
  readonly open: Open | null;
  readonly lastRevert: LastRevert | null;
  readonly unverified: Unverified | null;
  /** The last sight of the state in force; `null`: nothing is known. It decides whether `heal` may act. */
  readonly seen: Seen | null;
  /** Calls that no audit has looked at yet, newest last. */
  readonly callsOfOthers: readonly CallOfOthers[];
  /** When the identity was last changed by others. Kept after an audit, which compares the signing state alone. */
  readonly changedByOthersAt: number | null;
  /** Newest last; at most one of them signs now. Kept after a destroy, since their mail may still be on its way. */
  readonly signers: readonly Signer[];
  /**
   * Selectors that this project has asked SES to sign with, newest last. Kept after a rollback or a destroy, whether SES had
   * signed with them or not: a Put may arrive late, and what it sets is never what was before this project.
   */
  readonly asked: readonly string[];
  /** Selectors whose record the stack publishes, those of attempts that did not reach their end included. */
  readonly records: readonly string[];
  /**
   * The other regions that share its keys and records, newest last. Kept after an apply that no longer names them, a revert
   * and a destroy: what they sign with has to stay.
   */
  readonly sharers: readonly Sharer[];
  /** Ids of the `Baseline` objects that were created. A delete of any other is of a stack that this ledger has lost. */
  readonly stacks: readonly string[];
  /** Ids of the `Baseline` objects that were deleted: an attempt that began before its stack's destroy must not outlive it. */
  readonly deleted: readonly string[];
  /** Number of the last arming. */
  readonly armings: number;
  /**
   * When a change was last confirmed, adopted by a stack, reverted or destroyed: part of the drift token, so that the plan
   * after a revert is of a new attempt. `null`: never.
   */
  readonly settledAt: number | null;
  /** The last step of a change. `null`: none was ever made. */
  readonly last: Step | null;
  /** Read by people, by no rule. Newest last. */
  readonly history: readonly HistoryEntry[];
}

/** The lock of one run: short, and renewed while work goes on. */
export interface Lease {
  readonly holder: string;
  readonly acquiredAt: number;
  readonly expiresAt: number;
}

/** An earlier signing state, and how to roll back to it. */
export interface Snapshot {
  readonly observedAt: number;
  readonly origin: string;
  readonly selector?: string | undefined;
  readonly enabled: boolean;
  readonly status: string;
  readonly tokens: readonly string[];
  readonly restoration: Restoration;
}

/** How a rollback to a state is done: decided and proved before anything is changed. */
export type Restoration =
  | { readonly kind: 'easy-dkim' }
  | { readonly kind: 'byodkim'; readonly selector: string; readonly key: KeyReference }
  /** Only with `irreversible: allow`: what was there is given up, signing is switched off instead. */
  | {
      readonly kind: 'disable';
      /** A ledger of before has a clause. */
      readonly reason: NotRestorable | string;
    };

/** What a transaction wants SES to have. */
export interface Wanted {
  readonly selector: string;
  /** Names the private key, and recognises it by its public half. */
  readonly key: KeyReference;
}

/** The Terraform transaction, and the stack, that the signing state belongs to. */
export interface Owner {
  /** Id of the stack's `Attempt`. */
  readonly transaction: string;
  /** Id of the stack's `Baseline`, whose delete rolls back. */
  readonly stack: string;
  readonly wanted: Wanted;
  /** How its stack asks DNS; the audit asks in this way too. */
  readonly gate?: GateSettings | undefined;
  /** How its stack lets keys follow each other, for plans and the audit. */
  readonly rotation?: RotationSettings | undefined;
  /** Present if its stack gives up what cannot be undone: the regions that it no longer names are forgotten. */
  readonly forgets?: true | undefined;
  /** Present if its stack lets the audit heal: S3 key of the record's DNS information. */
  readonly heal?: { readonly dnsRecords: string } | undefined;
  /** Whom its stack lets send as the domain. */
  readonly senders?: Senders | undefined;
  /** The MAIL FROM domain that its stack sets. `mxOf`: the other region whose MX record it has. */
  readonly mailFrom?:
    | (Pick<MailFromState, 'domain' | 'onMxFailure'> & { readonly mxOf?: string | undefined })
    | undefined;
  /** The drift token that it was applied with. */
  readonly driftToken?: string | undefined;
  /** The stack that had applied the same selector, and that this one has taken the state over from. */
  readonly takenFrom?: TakenFrom | undefined;
  /** Whether its stack has confirmed it. A transaction that was confirmed once is not left armed again. */
  readonly confirmed: boolean;
}

/** Another stack from which the state was taken over. If it is not deleted, two engine states manage one domain. */
export interface TakenFrom {
  readonly stack: string;
  /** The transaction that took it over. */
  readonly by: string;
}

/** A change that was begun and is not done: its stack has not ended, or SES has not verified it. */
export interface Open {
  readonly transaction: string;
  readonly source: Attempt['source'];
  readonly wanted: Wanted;
  /** The owner of the state once this is confirmed; `null` for a direct call without a stack. */
  readonly owner: Owner | null;
  readonly state: Exclude<State, 'none'>;
  /** The prior state, which a rollback restores. */
  readonly previous: Snapshot;
  /** Only while it is undone: by a destroy, so the ledger is cleared at its end. */
  readonly destroys?: true | undefined;
  readonly armed: Arming | null;
  /** Only while what its schedule does fails. */
  readonly failing?: Failing | undefined;
  readonly startedAt: number;
  readonly result?: ChangeResult | undefined;
  /** When SES began to verify: the Put. */
  readonly putAt?: number | undefined;
  /** SES has until then, however the change is confirmed. */
  readonly verifyBy?: number | undefined;
  /** How often SES was checked since the change was confirmed; absent until then. */
  readonly checks?: number | undefined;
}

/** Why the rollback or the check of an open change cannot go on. */
export interface Failing {
  readonly code: string;
  /** The codes of this row of failures that people were notified of since `notifiedAt`. */
  readonly codes?: readonly string[];
  /** A sentence. */
  readonly what: string;
  readonly since: number;
  /** When it was tried last. */
  readonly at: number;
  readonly notifiedAt: number;
}

/** The one-time schedule that waits for an open change (RFC 6241 §8.4). */
export interface Arming {
  /** Each arming has its own number: a late or repeated firing of an older one does nothing. */
  readonly number: number;
  readonly schedule: string;
  readonly at: number;
}

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
  /** Version of the private key's object that was used; absent if the bucket keeps none. */
  readonly key_version?: string | undefined;
  /** Seconds from the Put until SES answered SUCCESS; absent if nothing was changed or it has not verified yet. */
  readonly unverified_seconds?: number | undefined;
  /** When the change reverts: unless it is confirmed, or unless SES has verified it by then. ISO 8601. */
  readonly reverts_at?: string | undefined;
  /** The selector that signed before, and until which day (UTC) its record has to stay. */
  readonly retiring?: { readonly selector: string; readonly until: string } | undefined;
  /** What receivers do with mail that goes out unsigned until SES has verified; absent once it has. */
  readonly unsigned_mail?: string | undefined;
  readonly warnings: readonly string[];
}

/** The last change of a stack that was undone, as long as no newer one was applied: its `Confirmation` may repeat it. */
export interface LastRevert {
  readonly transaction: string;
  readonly at: number;
}

/** A confirmed change that SES did not verify in time, and that was rolled back. */
export interface Unverified {
  readonly transaction: string;
  readonly selector: string;
  readonly at: number;
  /** How long SES had, by `verification.timeoutMinutes`. */
  readonly minutes: number;
  /** What SES showed last. */
  readonly status: string;
  readonly verification?: VerificationInfo | undefined;
  /** How often in a row. */
  readonly times: number;
  /** Whether mail was signed before. */
  readonly signed: boolean;
}

/** What SES had when an audit or a change last saw it, and what a person has done to it since this project set it. */
export interface Seen {
  readonly status: string;
  readonly enabled: boolean;
  /** `null`: nothing. `unknown`: no audit has seen it verified. */
  readonly person: 'set-anew' | 'switched-off' | 'unknown' | null;
}

/** A selector that SES has signed with. Its record must stay as long as its mail is on its way. */
export interface Signer {
  readonly selector: string;
  /** Where its key is; absent before the first transaction. */
  readonly bucket?: string;
  /** `null`: before the first transaction. */
  readonly since: number | null;
  /** When SES was set to another selector or to none. */
  readonly stoppedAt: number | null;
}

export interface HistoryEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: LedgerEvent | 'claimed';
  readonly transaction: string;
  readonly selector?: string | undefined;
  readonly detail?: string | undefined;
}

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
  asked: [],
  records: [],
  sharers: [],
  stacks: [],
  deleted: [],
  armings: 0,
  settledAt: null,
  last: null,
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

/** Whether SES has the change, as far as this project has seen. */
export const isSet = (open: Open | null): open is Open & { readonly state: 'set' | 'waiting' } =>
  open?.state === 'set' || open?.state === 'waiting';

/** Whether a change is confirmed and not done: SES has not verified it yet. */
export const isWaiting = (open: Open | null): open is Open & { readonly state: 'waiting' } =>
  open?.state === 'waiting';

/** Returns when SES must have verified. */
export const deadlineOf = ({ verifyBy, startedAt }: Open): number => verifyBy ?? startedAt + 60 * MINUTE_MS;

/**
 * Whether a run works on the domain. A lease that lasts longer than LEASE allows was written by others, and must not block
 * any run.
 */
export const isHeld = (lease: Lease | null, now: number): lease is Lease =>
  lease !== null && lease.expiresAt > now && lease.expiresAt <= now + LEASE.lengthMs + LEASE.skewMs;
