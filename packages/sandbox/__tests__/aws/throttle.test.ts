import { createThrottle, type RequestRate } from '../../aws/throttle';

const rate: RequestRate = { requestsPerSecond: 1 };
const throttle = () => createThrottle(rate, /^Send/);

afterEach(() => {
  rate.requestsPerSecond = 1;
});

describe('a throttled API', () => {
  it('accepts two requests of an operation at once, then one a second', () => {
    const { takes } = throttle();
    const taken = [0, 0, 0, 500, 1000, 1000, 2000].map((now) => takes('Get', 'eu-west-1', now));
    expect(taken).toEqual([true, true, false, false, true, false, true]);
  });

  it('accumulates at most two requests', () => {
    const { takes } = throttle();
    takes('Get', 'eu-west-1', 0);
    const taken = [60_000, 60_000, 60_000].map((now) => takes('Get', 'eu-west-1', now));
    expect(taken).toEqual([true, true, false]);
  });

  it.each([
    ['another operation', 'List', 'eu-west-1'],
    ['another region', 'Get', 'us-east-1'],
    ['an operation that is exempt', 'SendEmail', 'eu-west-1'],
  ])('counts %s separately', (_, operation, region) => {
    const { takes } = throttle();
    for (const exhausting of ['Get', 'Get', 'SendEmail', 'SendEmail']) takes(exhausting, 'eu-west-1', 0);
    expect(takes(operation, region, 0)).toBe(true);
  });

  it('accepts all requests without a limit', () => {
    const { takes } = throttle();
    rate.requestsPerSecond = Number.POSITIVE_INFINITY;
    expect(Array.from({ length: 100 }, () => takes('Get', 'eu-west-1', 0))).not.toContain(false);
  });
});
