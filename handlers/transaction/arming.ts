/** Plans the schedules that wait for a change: when each fires, under which number and name, and what it sends. */
import { createHash } from 'node:crypto';
import { REVERT_RETRY, VERIFICATION_CHECKS } from '../budgets';
import { MINUTE_MS } from '../clock';
import { ACTIONS, SES_VERIFIES_HOURS, VERIFICATION_WAIT_SECONDS } from '../contract/contract';
import type { SigningRequest } from '../contract/input/event';
import {
  type Arming,
  deadlineOf,
  isWaiting,
  type Ledger,
  type Open,
  type Place,
  type Snapshot,
  signed,
} from '../ledger/ledger';

const SHORT_MINUTES = 60;
const LONG_MINUTES = SES_VERIFIES_HOURS * 60;

/**
 * Plans the revert of a change that starts now: the time to confirm begins when SES had its time to verify.
 * @returns `null`: the request asks for none
 */
export function planRevert(
  now: number,
  { confirmTimeoutMinutes }: SigningRequest,
  ledger: Ledger,
): Arming | null {
  if (confirmTimeoutMinutes === 0) return null;
  const verifiedBy = now + VERIFICATION_WAIT_SECONDS * 1000;
  return numbered(ledger, now, verifiedBy + confirmTimeoutMinutes * MINUTE_MS);
}

/** Plans the next check of a confirmed change; the last one is at the deadline. */
export function planCheck(now: number, ledger: Ledger, open: Open): Arming {
  // The earlier check gives the time: if it is delivered twice at once, both make the same schedule.
  const from = isWaiting(open) && open.armed !== null ? open.armed.at : now;
  const { afterMs } = VERIFICATION_CHECKS;
  const after = afterMs[Math.min(open.checks ?? 0, afterMs.length - 1)]!;
  return numbered(ledger, from, Math.max(now + MINUTE_MS, Math.min(from + after, deadlineOf(open))));
}

/** Plans a rollback for a change that nothing armed would roll back. */
export const planRollback = (now: number, ledger: Ledger): Arming =>
  numbered(ledger, now, now + REVERT_RETRY.often.everyMs);

/** An arming whose firing failed. */
export interface FailedArming {
  readonly number: number;
  /** How often it was armed again already. */
  readonly retries: number;
  /** The number in the schedule's name. @default `number` */
  readonly named?: number;
}

/**
 * Plans an arming once more, after its firing failed. The number stays, so that it is good even when the ledger cannot
 * be written. The times lie on a grid, so that many failures in one span make one schedule: Lambda repeats each firing,
 * and without the grid each failure would double their number.
 * @returns `null`: it was tried long enough; a person must act
 */
export function planRetry(
  now: number,
  place: Place,
  { number, retries, named = number }: FailedArming,
): Arming | null {
  const { often, seldom } = REVERT_RETRY;
  if (retries >= often.times + seldom.times) return null;
  const { everyMs } = retries < often.times ? often : seldom;
  const slot = Math.ceil((now + everyMs / 2) / everyMs);
  return { number, schedule: `${scheduleName(place, named)}-${slot.toString(36)}`, at: slot * everyMs };
}

/** Numbers an arming later than any before it, even when the ledger was lost and an older schedule still waits. */
function numbered(ledger: Ledger, now: number, at: number): Arming {
  const number = Math.max(ledger.armings + 1, Math.floor(now));
  return { number, schedule: scheduleName(ledger, number), at };
}

/** Names a schedule: at most 64 of `[0-9A-Za-z-_.]`, whatever the domain's length and with a suffix of 7. */
function scheduleName({ domain, region }: Place, number: number): string {
  const hash = createHash('sha256').update(`${region}/${domain}`).digest('hex').slice(0, 12);
  return `byodkim-${domain.slice(0, 21)}-${hash}-${number}`;
}

/** What a schedule sends to the function. */
interface FiringPayload extends Place {
  readonly action: typeof ACTIONS.revertUnconfirmed;
  readonly transaction: string;
  readonly arming: number;
  readonly retries?: number | undefined;
}

/** Returns what a schedule sends to the function. @param retries how often it was armed again after a failure */
export const payloadOf = (
  { domain, region }: Place,
  { number: arming }: Arming,
  transaction: string,
  retries?: number,
): FiringPayload => ({ action: ACTIONS.revertUnconfirmed, domain, region, transaction, arming, retries });

/** Returns the arming that this change made; `null` if it only took over that of the change before it. */
export const ownArming = (before: Ledger, { armed }: Open): Arming | null =>
  armed?.number === before.open?.armed?.number ? null : armed;

/**
 * Returns how long SES has to verify. If the identity signed before, mail goes out unsigned meanwhile; if nothing signed,
 * nothing is lost by waiting as long as SES tries.
 */
export function verificationMinutes(
  { verification }: SigningRequest,
  { baseline, unverified }: Ledger,
  previous: Snapshot,
): number {
  // What was just restored may not be verified again yet.
  const isMissed = signed(previous) || unverified?.signed === true || (baseline !== null && signed(baseline));
  return verification.timeoutMinutes ?? (isMissed ? SHORT_MINUTES : LONG_MINUTES);
}
