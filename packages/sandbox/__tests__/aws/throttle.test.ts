import { createTokenBucket } from '../../aws/throttle';

describe('a rate limit', () => {
  const take = (bucket: ReturnType<typeof createTokenBucket>, now: number, times: number) =>
    Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length;

  it('takes a burst of a second’s worth, then its rate', () => {
    const bucket = createTokenBucket(5);
    expect(take(bucket, 0, 20)).toBe(5);
    expect(take(bucket, 400, 20)).toBe(2);
    expect(take(bucket, 60_000, 20)).toBe(5);
  });

  it('takes no more at once than the burst that it is given', () => {
    const bucket = createTokenBucket(80, 1);
    expect(take(bucket, 0, 20)).toBe(1);
    expect(take(bucket, 60_000, 20)).toBe(1);
    expect(take(bucket, 60_013, 20)).toBe(1);
  });

  it('takes one at a time when its rate is below one per second', () => {
    const bucket = createTokenBucket(0.5);
    expect(take(bucket, 0, 2)).toBe(1);
    expect(take(bucket, 1_000, 2)).toBe(0);
    expect(take(bucket, 2_000, 2)).toBe(1);
  });
});
