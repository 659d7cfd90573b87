/** What a report on a domain has, and what its ledger says of it. */

import type { LastFinding } from '../audit/findings/last-findings';
import type { Memory } from '../audit/findings/news';
import { restoreCommands } from '../audit/judge/open-change';
import { inForceIn } from '../audit/run/audited';
import type { SigningState } from '../aws/email-identity';
import type { Services } from '../aws/services';
import { iso } from '../clock';
import type { RotationSettings } from '../contract/input/event-schema';
import { ByodkimError } from '../errors/errors';
import { keyAgesFrom } from '../keys/state/applied-key';
import { type KnownSigner, signersOf } from '../keys/state/stages';
import {
  currentOwner,
  deadlineOf,
  type HistoryEntry,
  isHeld,
  isWaiting,
  type Ledger,
  type Removal,
  type Snapshot,
  type Unverified,
} from '../ledger/ledger';
import { changedSinceDeploy } from '../ledger/seen';
import { isInStep, signsWith } from '../ledger/signing-state';
import type { Step } from '../ledger/states';
import { askOtherRegions, type OtherRegion } from '../sharing/other-regions';
import type { WhyUnknown } from '../words/report';
import type { World } from '../world';
import type { Evidence } from './evidence';

/** Known facts about a domain, with their time. */
export interface KnownDomain extends Described {
  /** Whether it has a ledger; `false` if it was never deployed or the ledger is gone. */
  readonly isManaged: boolean;
  /** Time of the last read of SES. ISO 8601; `null`: never. */
  readonly asOf: string | null;
  /** Time until which SES may show an earlier state, since a change has just ended; it has no findings before. ISO 8601. */
  readonly settlesAt: string | null;
  /** Reason why SES must be asked, or `null` if it need not be. */
  readonly why: WhyUnknown | null;
  /** Present findings, or unresolved findings of the audits; none if they were not requested. */
  readonly findings: readonly LastFinding[];
  /** Selectors whose key and record are prepared, and with which SES has never signed; only for one domain. */
  readonly spares: readonly string[];
  /** Selectors with which SES has never signed, and whose key the function has not made; only for one domain. */
  readonly keysOfOthers: readonly string[];
  /**
   * Each selector with which SES has signed, here or in a region that shares its key, and whether a rollback may restore it,
   * so that its record must stay.
   */
  readonly signers: readonly KnownSigner[];
  /** The other regions that share or have shared its key, from their ledgers. */
  readonly regions: readonly KnownRegion[];
  /** Facts for an auditor, or `null` if they were not requested. */
  readonly evidence: Evidence | null;
  /**
   * Time at which the last audit of all domains began, in ISO 8601, or `null` if there was none. Absent if it cannot be read,
   * or if the findings were not requested.
   */
  readonly auditedAt?: string | null;
}

/** Signing selector of another region that shares the key. */
interface KnownRegion {
  readonly region: string;
  /** `null` if nothing is in force there, or if it is not known. */
  readonly selector: string | null;
  /** Reason why it is not known. */
  readonly why?: string;
}

/** State of a domain in its ledger and in SES. Times are ISO 8601. */
interface Described {
  readonly statusCode: 200;
  /** The function's clock, with which the times below are compared. */
  readonly now: string;
  readonly domain: string;
  readonly region: string;
  /** The signing state in SES, or `null` without an identity. */
  readonly ses: SigningState | null;
  /** The state in force, or `null` if there is none. */
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly keyCreatedAt: string | null;
  /** Whether its stack, or a direct call, has confirmed it; SES may still be verifying (`waiting`). */
  readonly confirmed: boolean;
  /** Time at which it is rolled back, unless it is confirmed, or SES has verified it, by then. */
  readonly revertsAt: string | null;
  /** A confirmed change that SES has not verified yet. */
  readonly waiting: boolean;
  /** Set if the last change was rolled back because SES had not verified it in time, with the number of times in a row. */
  readonly unverified: (Omit<Unverified, 'at'> & { readonly at: string }) | null;
  readonly transaction: string | null;
  readonly drifted: boolean;
  /** The bucket of this function's ledgers, and of the keys unless a domain names another one. */
  readonly keyStoreBucket: string;
  readonly busyUntil: string | null;
  readonly baseline: Snapshot | null;
  /**
   * Time at which the identity was last changed outside this project; `null`: not since the last deploy, or only in what each
   * audit compares (MAIL FROM).
   */
  readonly changedByOthersAt: string | null;
  /** Selectors whose records the stack publishes, or may still publish after an attempt that failed. */
  readonly records: readonly string[];
  readonly rotation: RotationSettings | null;
  /** Requests to the DNS team to remove the record of an earlier selector, which are not withdrawn. */
  readonly removals: readonly Removal[];
  /** Commands that restore the prior state manually; `null` unless a rollback fails. */
  readonly restore: readonly string[] | null;
  readonly last: (Omit<Step, 'at'> & { readonly at: string }) | null;
  readonly history: readonly HistoryEntry[];
}

/** Returns when every domain was audited last, if that is known. */
export const lastAudit = ({ last, problem }: Memory): Pick<KnownDomain, 'auditedAt'> =>
  problem === undefined ? { auditedAt: last.wholeAt } : {};

/** Returns the other regions that share the domain's keys, and the signers in all of them. */
export async function withOtherRegions(
  { store }: Services,
  ledger: Ledger,
  shown: SigningState | null,
): Promise<Pick<KnownDomain, 'signers' | 'regions'>> {
  const { all, users } = await askOtherRegions(store, ledger);
  return {
    signers: signersOf(shown, ledger, ...users),
    regions: all.map(regionOf),
  };
}

const regionOf = ({ region, ledger }: OtherRegion): KnownRegion =>
  ledger instanceof ByodkimError
    ? { region, selector: null, why: ledger.message }
    : { region, selector: ledger && (inForceIn(ledger)?.selector ?? null) };

/** @param state the state of SES, or `null` without an identity */
export async function describe(
  world: World,
  services: Services,
  ledger: Ledger,
  state: SigningState | null,
): Promise<Described> {
  const { domain, region, open, owner, baseline, lease, last, unverified } = ledger;
  const changedByOthersAt = changedSinceDeploy(ledger);
  const inForce = inForceIn(ledger);
  // An object that cannot be read must not hide the rest.
  const madeAt = inForce && (await keyAgesFrom(world, services, ledger, inForce).catch(() => null));
  const now = world.clock.now();
  const hasGivenUp = state?.status === 'FAILED' && inForce !== null && signsWith(state, inForce.selector);
  return {
    statusCode: 200,
    now: iso(now),
    domain,
    region,
    ses: state,
    selector: inForce?.selector ?? null,
    fingerprint: inForce?.key.fingerprint ?? null,
    keyCreatedAt: madeAt ? iso(madeAt) : null,
    confirmed: isConfirmed(ledger),
    revertsAt: revertsAt(ledger),
    waiting: isWaiting(open),
    unverified: unverified && { ...unverified, at: iso(unverified.at) },
    transaction: open?.transaction ?? owner?.transaction ?? null,
    drifted: inForce !== null && !isInStep(state, inForce) && !hasGivenUp,
    keyStoreBucket: world.environment.keyStoreBucket,
    busyUntil: isHeld(lease, now) ? iso(lease.expiresAt) : null,
    baseline,
    changedByOthersAt: changedByOthersAt === null ? null : iso(changedByOthersAt),
    records: ledger.records,
    removals: ledger.removals,
    rotation: currentOwner(ledger)?.rotation ?? null,
    restore: restoreCommands(ledger),
    last: last && { event: last.event, at: iso(last.at) },
    history: ledger.history,
  };
}

/** Checks whether the state that was set was confirmed, by its stack or a direct call. */
const isConfirmed = ({ open, owner }: Ledger): boolean =>
  isWaiting(open) || (open === null && owner !== null);

/** Returns the time at which the open change is rolled back (ISO 8601), or `null` if nothing waits for it. */
function revertsAt({ open }: Ledger): string | null {
  if (isWaiting(open)) return iso(deadlineOf(open));
  return open?.armed ? iso(open.armed.at) : null;
}
