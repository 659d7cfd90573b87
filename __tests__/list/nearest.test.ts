import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { nearest, nearestRegion, REGION_BEGINNINGS } from '../../list/nearest';

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

  it('is absent if nothing is similar', () => {
    expect(nearest('timeout', ['selector', 'region'])).toBeUndefined();
    expect(nearest('x'.repeat(1_000), ['selector'])).toBeUndefined();
    expect(nearest('a', [])).toBeUndefined();
    expect(nearest('dab', ['dns'])).toBeUndefined();
  });
});

/** AWS's partitions and their regions, as the SDK carries them. */
const SDK = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';

it('includes every region that the SDK knows', () => {
  const text = readFileSync(path.join(PROJECT_ROOT, SDK), 'utf8');
  const regions = [...text.matchAll(/"([a-z]+(?:-[a-z]+)+-\d+)": \{/g)].map(([, region]) => region!);
  expect(regions).toContain('ap-northeast-1');
  const beginnings = new Set(regions.map((region) => region.replace(/-\d+$/, '')));
  expect([...beginnings].sort()).toEqual(REGION_BEGINNINGS.split(' ').sort());
  expect(regions.filter(nearestRegion)).toEqual([]);
});

it('accepts a further region of a known place', () => {
  expect(nearestRegion('ap-northeast-9')).toBeUndefined();
});
