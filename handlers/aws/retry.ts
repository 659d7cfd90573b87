import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import { ARRIVAL, AWS_CALL } from '../budgets';
import type { Clock } from '../clock';
import { type ByodkimError, hasCode } from '../errors/errors';
import { isForbidden } from './aws-error';

const BASE_MS = 200;
const THROTTLED_BASE_MS = 800;
const CAP_MS = 8_000;
const THROTTLED_FLOOR_MS = 1_000;
/** Time by which the longest wait shrinks with each repetition. */
const AGEING_MS = 500;

/** Makes a token without a delay: `refreshRetryTokenForRetry` waits before it returns one. */
const counting = (retries: number): RetryToken => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });

function attemptsFor(errorType: RetryErrorInfo['errorType']): number {
  if (errorType === 'CLIENT_ERROR') return 1;
  return errorType === 'THROTTLING' ? AWS_CALL.throttledAttempts : AWS_CALL.attempts;
}

/**
 * Decides how often the SDK retries a call, and waits on the injected clock, so that a lease is renewed meanwhile and a wait
 * ends with its phase. Exponential, with jitter.
 */
export class ClockedRetryStrategy implements RetryStrategyV2 {
  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  async acquireInitialRetryToken(): Promise<RetryToken> {
    return counting(0);
  }

  async refreshRetryTokenForRetry(token: RetryToken, { errorType }: RetryErrorInfo): Promise<RetryToken> {
    const retries = token.getRetryCount() + 1;
    if (retries >= attemptsFor(errorType)) throw new Error('no attempts left');
    const ceiling =
      errorType === 'THROTTLING' ? throttledCeiling(retries) : Math.min(CAP_MS, BASE_MS * 2 ** (retries - 1));
    await this.clock.sleep(Math.ceil(ceiling * (0.5 + this.random() / 2)));
    return counting(retries);
  }

  recordSuccess(): void {}
}

/**
 * Returns the longest wait, which grows and then shrinks: among many calls, those that have waited longest retry most often,
 * so that each gets its turn. All waits together take about 100 seconds.
 */
const throttledCeiling = (retries: number): number =>
  Math.min(
    THROTTLED_BASE_MS * 2 ** (retries - 1),
    Math.max(THROTTLED_FLOOR_MS, CAP_MS - AGEING_MS * Math.max(0, retries - 5)),
  );

/**
 * Repeats refused work for a bounded time: IAM and tags take seconds to minutes to become effective, and a first deploy comes
 * right after the control stack and the identity were created.
 * @throws the error of the work; after a retry it contains the time of all repetitions
 */
export async function onceArrived<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const startedAt = clock.now();
  for (let pause: number = ARRIVAL.firstPauseMs; ; pause = Math.min(pause * 2, ARRIVAL.longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!mayArrive(error)) throw error;
      const waited = clock.now() - startedAt;
      if (waited + pause > ARRIVAL.longestMs) throw refusedAllTheTime(error, waited);
      await clock.sleep(pause).catch(() => {
        throw refusedAllTheTime(error, waited);
      });
    }
  }
}

const mayArrive = (error: unknown): error is ByodkimError =>
  (hasCode(error, 'ACCESS_DENIED') && !isForbidden(error)) ||
  (hasCode(error, 'DEPENDENCY_FAILED') && 'arrivesLate' in error.facts);

function refusedAllTheTime(error: ByodkimError, waitedMs: number): ByodkimError {
  const seconds = Math.round(waitedMs / 1000);
  return error.with({ triedAgainForSeconds: seconds });
}
