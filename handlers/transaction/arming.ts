/** Plans the schedules that wait for a change: their times, numbers, names and events. */
import { createHash } from 'node:crypto';
import { REVERT_RETRY, VERIFICATION_CHECKS } from '../budgets';
import { MINUTE_MS } from '../clock';
import { ACTIONS, SES_VERIFIES_HOURS, VERIFICATION_WAIT_SECONDS } from '../contract/contract';
import type { Place, SigningRequest } from '../contract/input/event';
import {
  type Arming,
  deadlineOf,
  isWaiting,
  type Ledger,
  type Open,
  type Snapshot,
  signed,
} from '../ledger/ledger';

const SHORT_MINUTES = 60;
const LONG_MINUTES = SES_VERIFIES_HOURS * 60;

/**
 * Plans the revert of a change that starts now. The time to confirm begins after SES's time to verify.
 * @returns `null` if the request asks for none
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
  // The time is computed from the earlier check, so that both deliveries make the same schedule if it arrives twice.
  const from = isWaiting(open) && open.armed !== null ? open.armed.at : now;
  const { afterMs } = VERIFICATION_CHECKS;
  const after = afterMs[Math.min(open.checks ?? 0, afterMs.length - 1)]!;
  return numbered(ledger, from, Math.max(now + MINUTE_MS, Math.min(from + after, deadlineOf(open))));
}

/** Plans a rollback for a change that no armed schedule would roll back. */
export const planRollback = (now: number, ledger: Ledger): Arming =>
  numbered(ledger, now, now + REVERT_RETRY.often.everyMs);

/** An arming whose firing failed. */
export interface FailedArming {
  readonly number: number;
  /** Number of times that it was armed again. */
  readonly retries: number;
  /** The number in the schedule's name. @default `number` */
  readonly named?: number;
}

/**
 * Plans an arming again after its firing failed. The number stays, so that it is valid even if the ledger cannot be written.
 * The times lie on a grid, so that many failures in one span make one schedule: Lambda repeats each firing, and without the
 * grid each failure would double their number.
 * @returns `null` if it was tried long enough, so that a person must act
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

/** Returns a higher number than that of any earlier arming, even if the ledger was lost and an older schedule still waits. */
function numbered(ledger: Ledger, now: number, at: number): Arming {
  const number = Math.max(ledger.armings + 1, Math.floor(now));
  return { number, schedule: scheduleName(ledger, number), at };
}

/** Returns the name of a schedule: at most 64 of `[0-9A-Za-z-_.]`, for any length of the domain, with a suffix of 7. */
function scheduleName({ domain, region }: Place, number: number): string {
  const hash = createHash('sha256').update(`${region}/${domain}`).digest('hex').slice(0, 12);
  return `byodkim-${domain.slice(0, 21)}-${hash}-${number}`;
}

/** The event that a schedule sends to the function. */
interface FiringPayload extends Place {
  readonly action: typeof ACTIONS.revertUnconfirmed;
  readonly transaction: string;
  readonly arming: number;
  readonly retries?: number | undefined;
}

/**
 * Returns the event that a schedule sends to the function.
 * @param retries number of times that it was armed again after a failure
 */
export const payloadOf = (
  { domain, region }: Place,
  { number: arming }: Arming,
  transaction: string,
  retries?: number,
): FiringPayload => ({ action: ACTIONS.revertUnconfirmed, domain, region, transaction, arming, retries });

/** Returns the arming of this change, or `null` if it only took over that of the previous change. */
export const ownArming = (before: Ledger, { armed }: Open): Arming | null =>
  armed?.number === before.open?.armed?.number ? null : armed;

/**
 * Returns the time that SES has to verify. If the identity signed before, mail is not signed as its domain meanwhile, or is refused. If nothing signed,
 * waiting as long as SES tries costs nothing.
 */
export function verificationMinutes(
  { verification }: Pick<SigningRequest, 'verification'>,
  { baseline, unverified }: Ledger,
  previous: Snapshot | null,
): number {
  // SES may not have verified the restored state again yet.
  const isMissed =
    (previous !== null && signed(previous)) ||
    unverified?.signed === true ||
    (baseline !== null && signed(baseline));
  return verification.timeoutMinutes ?? (isMissed ? SHORT_MINUTES : LONG_MINUTES);
}
