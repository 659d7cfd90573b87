import { ClockedRetryStrategy } from '../../../handlers/aws/retry';

/** Repeats as the SDK does, as long as the strategy gives tokens; answers the waits in milliseconds. */
async function waits(
  errorType: 'THROTTLING' | 'TRANSIENT' | 'SERVER_ERROR' | 'CLIENT_ERROR',
): Promise<number[]> {
  const slept: number[] = [];
  const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const strategy = new ClockedRetryStrategy(clock, () => 1);
  let token = await strategy.acquireInitialRetryToken();
  for (;;) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, { errorType });
      expect(token.getRetryDelay()).toBe(0);
    } catch {
      return slept;
    }
  }
}

describe('retries', () => {
  it('wait on our clock, exponentially, up to a cap', async () => {
    expect(await waits('TRANSIENT')).toEqual([200, 400, 800]);
    const throttled = await waits('THROTTLING');
    expect(throttled.slice(0, 5)).toEqual([800, 1600, 3200, 6400, 8000]);
    expect(Math.max(...throttled)).toBe(8000);
  });

  it('continue for longer when throttled, since others have their turns as well', async () => {
    expect((await waits('THROTTLING')).length).toBeGreaterThan((await waits('SERVER_ERROR')).length);
  });

  it('become more frequent the longer they have waited, so that each of many gets its turn', async () => {
    const throttled = await waits('THROTTLING');
    expect(throttled.slice(20).every((ms) => ms === 1000)).toBe(true);
    expect(throttled.reduce((sum, ms) => sum + ms)).toBeLessThan(150_000);
  });

  it('do not repeat a call that AWS has refused', async () => {
    expect(await waits('CLIENT_ERROR')).toEqual([]);
  });
});
