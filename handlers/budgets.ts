/**
 * Lists all time limits. Sets the time budgets of an invocation. However slow, throttled or silent AWS and DNS are, an
 * invocation ends by itself, with its code and the rollback's outcome, before Lambda ends it: each phase stops waiting and
 * repeating while the next ones still have their time. A call that is then in progress takes at most `AWS_CALL.longestMs`.
 *
 * One invocation of a change, with the latest end of each phase:
 *
 *     0 s               180 s      210 s        240 s      265 s      288 s    300 s
 *     ├─ gate ────────────┼─ change ─┼─ rollback ─┼─ record ─┼─ answer ─┤        Lambda would end it
 *                         └─ lease: 40 s, renewed at 25 s ───┘
 *
 * A change that is not confirmed, and one that is:
 *
 *     armed, Put    60 s                 60 s + 10 min
 *     ├─ apply ──────┼─ rest of its stack ──┼─ reverts: if that fails, every 10 min for 6 h, then hourly for 14 days
 *     ├─ apply ──────┼─ confirmed ─┼─ 2 min ─┼─ 5 min ─┼─ 10 min ─┼─ 15 min ─┼─ … checks ─┼─ reverts, 60 min after the Put,
 *                                                                                           or 72 h if nothing signed before
 */
import { type Clock, HOUR_MS, MINUTE_MS } from './clock';

const SECOND = 1_000;

/** Time that is left of the function's 300 s when a phase ends. */
export const KEPT_MS = {
  /** Waiting for DNS. Observing, changing and rolling back come after it. */
  gate: 120 * SECOND,
  /** Taking the lease, observing, arming, the Put, and waiting for SES. A rollback comes after it. */
  change: 90 * SECOND,
  /** Rolling back. */
  rollback: 60 * SECOND,
  /** Writing the outcome to the ledger, arming again, and removing schedules. */
  record: 35 * SECOND,
  /** Notices and all work without a phase. The answer comes after it. */
  answer: 12 * SECOND,
  /** An audit. It then writes and sends the findings so far. */
  audit: 45 * SECOND,
} as const;

export type Phase = keyof typeof KEPT_MS;

/** One call of AWS. */
export const AWS_CALL = {
  connectMs: 2 * SECOND,
  answerMs: 5 * SECOND,
  longestMs: 7 * SECOND,
  /** Attempts that fail or are not answered. */
  attempts: 4,
  /** Attempts that are throttled: SES's control API accepts about one call a second per account, which others also use. */
  throttledAttempts: 80,
} as const;

/**
 * IAM and tags take seconds to minutes to become effective. A refused call is repeated for this time, in the phases before the
 * Put has succeeded.
 */
export const ARRIVAL = {
  longestMs: 60 * SECOND,
  firstPauseMs: 2 * SECOND,
  longestPauseMs: 10 * SECOND,
} as const;

/** The lease on a domain. */
export const LEASE = {
  /** A run that dies blocks the others for at most this time. */
  lengthMs: 40 * SECOND,
  /** The lease is renewed when less than this is left. */
  renewMs: 25 * SECOND,
  /** One write to SES ends within this time. */
  enoughMs: 10 * SECOND,
  /** It is longer than a lease, so that a waiting run outlasts the lease of a dead run. */
  waitMs: 55 * SECOND,
  pollMs: SECOND,
  /** Difference that two clocks may have. A lease that lasts longer than `lengthMs` plus this was not written by us. */
  skewMs: MINUTE_MS,
} as const;

/** Polling SES while an apply waits for its verification: twelve times in a minute, since all domains share one rate. */
export const POLL = {
  firstMs: SECOND,
  factor: 3,
  /**
   * Longest time from the verification by SES until an apply reads it. The end of the stack and of the command follow, within
   * ten seconds in total.
   */
  longestMs: 6 * SECOND,
  /** Pause between two reads of a run that waits longer than an apply. */
  patientMs: 20 * SECOND,
  /** Time until a read shows the effect of a Put that was not answered. */
  staleMs: 5 * SECOND,
  /** A read may be older than a change that another run has made within this time, by its clock. */
  recentMs: 15 * SECOND,
  /** Time for which SES need not be read again after the run that set the key has read SUCCESS. */
  verifiedMs: 15 * SECOND,
} as const;

/** Asking again which tenants hold an identity. */
export const TENANTS = {
  /** An engine may be deleting the associations, which are resources of the same stack, at the same time. */
  pausesMs: [2 * SECOND, 5 * SECOND],
} as const;

/** Checking whether SES has verified, after the apply has ended. */
export const VERIFICATION_CHECKS = {
  /** Pauses from one check to the next; the last one repeats. */
  afterMs: [2 * MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS, 15 * MINUTE_MS],
} as const;

/** Retries of a revert that failed, with growing intervals, up to a limit. */
export const REVERT_RETRY = {
  often: { everyMs: 10 * MINUTE_MS, times: 36 },
  seldom: { everyMs: HOUR_MS, times: 14 * 24 },
  /** A revert fires within a minute and is repeated for a few more. Until then, an armed change counts as ending. */
  graceMs: 30 * MINUTE_MS,
} as const;

/**
 * Notifies of a revert that cannot continue at once, and then once a day. The interval is an hour less, since its retries are
 * an hour apart.
 */
export const FAILURE_NOTICE = { againMs: 23 * HOUR_MS } as const;

/** Limits an audit through the read-only alias, since a reader must not hold up deploys and rollbacks. */
export const READ_ONLY_AUDIT = {
  domains: 50,
  /** Half of SES's rate of one call a second. */
  sesIntervalMs: 2 * SECOND,
} as const;

/** A notice must not cost the change that it reports. */
export const NOTICE = {
  longestMs: 15 * SECOND,
  /** Time until a request to the DNS team may be sent again, since any caller could fill the team's mailbox. */
  againMs: 10 * MINUTE_MS,
} as const;

/** Thrown when a phase's time is up. */
export class OutOfTime extends Error {
  override name = 'OutOfTime';
}

/** Makes a clock that refuses to wait into the time that is reserved for the phases after this one. */
export const untilKept = (
  { clock, remainingMs }: { readonly clock: Clock; remainingMs(): number },
  phase: () => Phase,
): Clock => ({
  now: () => clock.now(),
  sleep: async (ms, signal) => {
    if (remainingMs() - ms < KEPT_MS[phase()]) throw new OutOfTime('if no time is left to wait');
    await clock.sleep(ms, signal);
  },
});
