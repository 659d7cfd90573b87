import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import type { Clock } from '../clock';

/** SES's control API takes about one request a second per account: others' turns are waited for. */
const THROTTLED_ATTEMPTS = 16;
const FAILED_ATTEMPTS = 4;
const BASE_MS = 200;
const THROTTLED_BASE_MS = 800;
const CAP_MS = 8_000;

class CountingToken implements RetryToken {
  constructor(private readonly retries: number) {}
  getRetryCount(): number {
    return this.retries;
  }
  /** The wait is over when the token is handed out, see `refreshRetryTokenForRetry`. */
  getRetryDelay(): number {
    return 0;
  }
}

/**
 * The SDK decides what can be retried; this decides how often, and waits on our clock, so that a lease is renewed
 * while we wait and time can be a test's. Full jitter, exponential.
 */
export class ClockedRetryStrategy implements RetryStrategyV2 {
  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  async acquireInitialRetryToken(): Promise<RetryToken> {
    return new CountingToken(0);
  }

  async refreshRetryTokenForRetry(token: RetryToken, { errorType }: RetryErrorInfo): Promise<RetryToken> {
    const retries = token.getRetryCount() + 1;
    const throttled = errorType === 'THROTTLING';
    const attempts = errorType === 'CLIENT_ERROR' ? 1 : throttled ? THROTTLED_ATTEMPTS : FAILED_ATTEMPTS;
    if (retries >= attempts) throw new Error('no attempts left');
    const ceiling = Math.min(CAP_MS, (throttled ? THROTTLED_BASE_MS : BASE_MS) * 2 ** (retries - 1));
    await this.clock.sleep(Math.ceil(ceiling * (0.5 + this.random() / 2)));
    return new CountingToken(retries);
  }

  recordSuccess(): void {}
}
