import type { MailFromState, VerificationInfo } from '../aws/email-identity';
import { LEASE } from '../budgets';
import { MINUTE_MS } from '../clock';
import type { Place, SigningRequest } from '../contract/input/event';
import type { RotationSettings, Sharer } from '../contract/input/event-schema';
import type { GateSettings, Senders } from '../contract/settings/settings';
import type { KeyReference } from '../keys/stored-key';
import type { NotRestorable } from '../words/not-restorable';
import type { CallOfOthers } from '../words/report';
import type { ChangeStanding, Warning } from '../words/results';
import type { UnsignedReason } from '../words/unsigned-mail';
import type { LedgerEvent, State, Step } from './states';

/** One attempt to change one identity's signing state, by a stack or by a direct call. */
export type ChangeAttempt = {
  /** Names the transaction. */
  readonly transaction: string;
  readonly request: SigningRequest;
} & ({ readonly source: 'terraform'; readonly stack: string } | { readonly source: 'direct' });

/** An attempt of a stack. */
export type StackAttempt = Extract<ChangeAttempt, { readonly source: 'terraform' }>;

/** The function's record of one domain in one region, never with key material. Times are milliseconds since the epoch. */
export interface Ledger extends Place {
  readonly format: 1;
  /** Name of one write, by which a writer whose answer was lost recognises its own. */
  readonly writeId: string;
  /** The run that works on the domain now. */
  readonly lease: Lease | null;
  /**
   * The state of SES before this project's first transaction; `null` before that transaction, and after the state was
   * restored.
   */
  readonly baseline: Snapshot | null;
  readonly owner: Owner | null;
  /** The state in force, which was set last and stayed, for a stack or for a direct call: SES does not show its key. */
  readonly inForce: Wanted | null;
  readonly open: Open | null;
  readonly lastRevert: LastRevert | null;
  readonly unverified: Unverified | null;
  /** The last observation of the state in force, or `null` if there is none. It decides whether `heal` may act. */
  readonly seen: Seen | null;
  /** Calls that no audit has checked yet, newest last. */
  readonly callsOfOthers: readonly CallOfOthers[];
  /** Time at which others last changed the identity. It is kept after an audit, which compares only the signing state. */
  readonly changedByOthersAt: number | null;
  /**
   * Selectors that have signed, newest last. At most one of them signs now. They are kept after a destroy, since their mail
   * may still be in transit.
   */
  readonly signers: readonly Signer[];
  /**
   * Selectors that this project has set in SES, newest last. They are kept after a rollback or a destroy, whether SES had
   * signed with them or not, since a Put may arrive late, and its state is never the one before this project.
   */
  readonly asked: readonly string[];
  /** Selectors whose records the stack publishes, including those of attempts that did not finish. */
  readonly records: readonly string[];
  /**
   * The other regions that share its keys and records, newest last. They are kept after an apply that no longer names them, a
   * revert and a destroy, since their keys and records must stay.
   */
  readonly sharers: readonly Sharer[];
  /**
   * Requests to the DNS team to remove the record of an earlier selector, newest last. Each stays until it is withdrawn, since
   * it may be obeyed late, when SES signs with that selector again.
   */
  readonly removals: readonly Removal[];
  /** Ids of the `Baseline` objects that were created. The delete of any other belongs to a stack that this ledger has lost. */
  readonly stacks: readonly string[];
  /** Ids of the `Baseline` objects that were deleted: an attempt that began before its stack's destroy must not outlive it. */
  readonly deleted: readonly string[];
  /** Number of the last arming. */
  readonly armings: number;
  /**
   * Time at which a change was last confirmed, adopted by a stack, reverted or destroyed. It is part of the drift token, so
   * that the plan after a revert makes a new attempt. `null`: never.
   */
  readonly settledAt: number | null;
  /** The last step of a change, or `null` if there was none. */
  readonly last: Step | null;
  /** For people; no rule reads it. Newest last. */
  readonly history: readonly HistoryEntry[];
}

/** The lock of one run, which is short and is renewed during work. */
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

/** Plan of a rollback to a state, which is decided and proved before anything is changed. */
export type Restoration =
  | { readonly kind: 'easy-dkim' }
  | { readonly kind: 'byodkim'; readonly selector: string; readonly key: KeyReference }
  /** Only with `irreversible: allow`: the earlier state is given up, and signing is switched off instead. */
  | {
      readonly kind: 'disable';
      /** An earlier ledger has a text. */
      readonly reason: NotRestorable | string;
    };

/** The state that a transaction wants. */
export interface Wanted {
  readonly selector: string;
  /** Place of the private key, and the fingerprint that identifies it. */
  readonly key: KeyReference;
}

/** The Terraform transaction and the stack to which the signing state belongs. */
export interface Owner {
  /** Id of the stack's `Attempt`. */
  readonly transaction: string;
  /** Id of the stack's `Baseline`, whose delete rolls back. */
  readonly stack: string;
  readonly wanted: Wanted;
  /** Gate settings of its stack, which the audit also uses. */
  readonly gate?: GateSettings | undefined;
  /** Rotation settings of its stack, for plans and the audit. */
  readonly rotation?: RotationSettings | undefined;
  /** Present if its stack allows irreversible changes, so that regions it no longer names are forgotten. */
  readonly forgets?: true | undefined;
  /** Present if its stack allows healing: S3 key of the record's DNS information. */
  readonly heal?: { readonly dnsRecords: string } | undefined;
  /** Senders that its stack allows. */
  readonly senders?: Senders | undefined;
  /** The MAIL FROM domain that its stack sets. */
  readonly mailFrom?: Pick<MailFromState, 'domain' | 'onMxFailure'> | undefined;
  /** Drift token with which it was applied. */
  readonly driftToken?: string | undefined;
  /** The stack that had applied the same selector, and from which this one has taken over the state. */
  readonly takenFrom?: TakenFrom | undefined;
  /** Whether its stack has confirmed it. A transaction that was confirmed once does not stay armed again. */
  readonly confirmed: boolean;
}

/** Another stack from which the state was taken over. If it is not deleted, two engine states manage one domain. */
export interface TakenFrom {
  readonly stack: string;
  /** The transaction that took it over. */
  readonly by: string;
}

/** A change that has begun and is not complete: its stack has not finished, or SES has not verified it. */
export interface Open {
  readonly transaction: string;
  readonly source: ChangeAttempt['source'];
  readonly wanted: Wanted;
  /** The owner of the state once this is confirmed; `null` for a direct call without a stack. */
  readonly owner: Owner | null;
  readonly state: Exclude<State, 'none'>;
  /** The prior state, which a rollback restores. */
  readonly previous: Snapshot;
  /** Present while it is undone, with whether a destroy undoes it, so that the ledger is cleared at its end. */
  readonly destroys?: true | undefined;
  readonly armed: Arming | null;
  /** Present while the work of its schedule fails. */
  readonly failing?: Failing | undefined;
  readonly startedAt: number;
  readonly result?: ChangeResult | undefined;
  /** Time of the Put, at which SES began to verify. */
  readonly putAt?: number | undefined;
  /** SES has until this time, however the change is confirmed. */
  readonly verifyBy?: number | undefined;
  /** Number of checks of SES since the change was confirmed; absent until then. */
  readonly checks?: number | undefined;
}

/** Reason why the rollback or the check of an open change cannot continue. */
export interface Failing {
  readonly code: string;
  /** Codes of these failures that were in notices since `notifiedAt`. */
  readonly codes?: readonly string[];
  /** A sentence. */
  readonly what: string;
  readonly since: number;
  /** Time of the last attempt. */
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

/** The answer to a change. The first fields are those of the old runbook, in its order. */
export interface ChangeResult {
  readonly statusCode: 200;
  /** The caller receives its sentence. */
  readonly message: ChangeStanding;
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
  /** Seconds from the Put until SES answered SUCCESS; absent if nothing was changed or SES has not verified yet. */
  readonly unverified_seconds?: number | undefined;
  /** Time at which the change is reverted, unless it is confirmed, or SES has verified it, by then. ISO 8601. */
  readonly reverts_at?: string | undefined;
  /** The earlier selector, and the day (UTC) until which its record must stay. */
  readonly retiring?: { readonly selector: string; readonly until: string } | undefined;
  /** The receivers' treatment of unsigned mail until SES has verified; absent after that. */
  readonly unsigned_mail?: UnsignedReason | undefined;
  /** Whether SES lets the domain send, by its last answer; absent if SES was not asked or did not say. */
  readonly verified_for_sending?: boolean | undefined;
  readonly warnings: readonly Warning[];
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
  /** Time that SES had, from `verification.timeoutMinutes`. */
  readonly minutes: number;
  /** The state that SES showed last. */
  readonly status: string;
  readonly verification?: VerificationInfo | undefined;
  /** Number of times in a row. */
  readonly times: number;
  /** Whether mail was signed before. */
  readonly signed: boolean;
}

/** The state of SES at the last observation by an audit or a change, and the changes by people since this project set it. */
export interface Seen {
  readonly status: string;
  readonly enabled: boolean;
  /** `null` if nobody has changed the signing. `unknown` if no audit has seen it verified. */
  readonly person: 'set-anew' | 'switched-off' | 'unknown' | null;
}

/** A selector with which SES has signed. Its record must stay as long as its mail is in transit. */
export interface Signer {
  readonly selector: string;
  /** Place of its key; absent before the first transaction. */
  readonly bucket?: string;
  /** `null` before the first transaction. */
  readonly since: number | null;
  /** Time at which SES was set to another selector or to none. */
  readonly stoppedAt: number | null;
}

/** A request to the DNS team to remove the record of a selector. */
export interface Removal {
  readonly selector: string;
  readonly askedAt: number;
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
  removals: [],
  stacks: [],
  deleted: [],
  armings: 0,
  settledAt: null,
  last: null,
  history: [],
});

/** Returns the owner of the state after the open change, since its stack's settings already count. */
export const currentOwner = ({ open, owner }: Pick<Ledger, 'open' | 'owner'>): Owner | null =>
  open?.owner ?? owner;

/** Returns the keys with which the domain signs or to which it would roll back. */
export const knownKeys = ({ inForce, open, baseline }: Ledger): readonly Wanted[] => [
  ...[inForce, open?.wanted].flatMap((wanted) => wanted ?? []),
  ...[open?.previous, baseline].flatMap((state) =>
    state?.restoration.kind === 'byodkim' ? state.restoration : [],
  ),
];

/** Checks whether mail was signed, as far as SES shows. */
export const signed = ({ enabled, status }: Snapshot): boolean => enabled && status === 'SUCCESS';

/** Checks whether SES has the change, as far as this project has observed. */
export const isSetInSes = (open: Open | null): open is Open & { readonly state: 'set' | 'waiting' } =>
  open?.state === 'set' || open?.state === 'waiting';

/** Checks whether a change is confirmed but not complete, since SES has not verified it yet. */
export const isWaiting = (open: Open | null): open is Open & { readonly state: 'waiting' } =>
  open?.state === 'waiting';

/** Returns the time by which SES must have verified. */
export const deadlineOf = ({ verifyBy, startedAt }: Open): number => verifyBy ?? startedAt + 60 * MINUTE_MS;

/**
 * Checks whether a run is working on the domain. A lease that lasts longer than LEASE allows was written by others, and must
 * not block any run.
 */
export const isHeld = (lease: Lease | null, now: number): lease is Lease =>
  lease !== null && lease.expiresAt > now && lease.expiresAt <= now + LEASE.lengthMs + LEASE.skewMs;
