import { judgeRegions } from '../../../handlers/audit/ledger';
import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';

const NOW = Date.parse('2026-11-25T10:30:00.000Z');
const DAY = 24 * 3_600_000;
const key = { bucket: 'keys', key: 'k', etag: 'e', fingerprint: 'f' };

/** A region that signs with a selector since so many days. */
const signs = (region: string, selector: string, days: number): Ledger => ({
  ...emptyLedger('example.com', region),
  inForce: { selector, key },
  history: [{ at: new Date(NOW - days * DAY).toISOString(), event: 'confirmed', transaction: 't' }],
});
const judged = (here: Ledger, ...elsewhere: Ledger[]) =>
  judgeRegions({ ledger: here, elsewhere, now: NOW }).map(({ code, found }) => `${code}: ${found}`);

describe('regions of a domain', () => {
  it('that sign with the same selector are well', () => {
    expect(judged(signs('eu-west-1', 's1', 9), signs('us-east-1', 's1', 9))).toEqual([]);
  });

  it('that were left behind by a rotation are found, from the next day on', () => {
    expect(judged(signs('eu-west-1', 's2', 2), signs('us-east-1', 's1', 90))).toEqual([
      'REGIONS_DIFFER: The regions of example.com sign with different keys: eu-west-1 with s2, us-east-1 with s1.',
    ]);
    expect(judged(signs('eu-west-1', 's2', 0.5), signs('us-east-1', 's1', 90))).toEqual([]);
    expect(judged(signs('eu-west-1', 's1', 90), signs('us-east-1', 's2', 0.5))).toEqual([]);
  });

  it('where nothing of ours is in force differ from nobody', () => {
    expect(judged(signs('eu-west-1', 's1', 9), emptyLedger('example.com', 'us-east-1'))).toEqual([]);
  });

  it('that cannot be read are unknown', () => {
    expect(judgeRegions({ ledger: signs('eu-west-1', 's1', 9), elsewhere: null, now: NOW })).toMatchObject([
      { code: 'NOT_CHECKED', severity: 'unknown' },
    ]);
  });
});
