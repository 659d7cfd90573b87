import { nearest } from '../../constructs/nearest';

describe('the nearest word', () => {
  it.each([
    ['slector', 'selector'],
    ['config_timeout_minutes', 'confirmTimeoutMinutes'],
    ['hosted-zone-id', 'hostedZoneId'],
    ['Region', 'region'],
    ['dsn', 'dns'],
  ])('of %s is %s', (word, meant) => {
    expect(nearest(word, ['selector', 'region', 'hostedZoneId', 'confirmTimeoutMinutes', 'dns'])).toBe(meant);
  });

  it('is none when nothing is near', () => {
    expect(nearest('timeout', ['selector', 'region'])).toBeUndefined();
    expect(nearest('x'.repeat(1_000), ['selector'])).toBeUndefined();
    expect(nearest('a', [])).toBeUndefined();
  });
});
