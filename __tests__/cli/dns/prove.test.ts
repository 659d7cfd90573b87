import { standingOf } from '../../../cli/dns/prove';
import type { ServerVerdict } from '../../../handlers/errors/gate-outcome';

const KEY = 'SHA256:ours';

const server = (verdict: ServerVerdict['verdict'], more: Partial<ServerVerdict> = {}): ServerVerdict => ({
  address: '192.0.2.1:53',
  role: 'authoritative',
  verdict,
  reason: '',
  roundTripMs: 1,
  ...more,
});
const holding = (fingerprint: string) => server('other-value', { fingerprint });
const published = (...servers: ServerVerdict[]) => ({ recordName: 's1._domainkey.example.com', servers });

describe('how a record stands', () => {
  it.each([
    ['ready', [holding(KEY), holding(KEY)], 0, 'ready on 2 of 2 servers'],
    ['ready on those that answer', [holding(KEY), server('unreachable')], 0, 'ready on 1 of 1 server'],
    ['not everywhere yet', [holding(KEY), server('missing')], 2, 'ready on 1 of 2 servers only'],
    [
      'not everywhere yet: an older one',
      [holding(KEY), holding('SHA256:old')],
      2,
      'ready on 1 of 2 servers only',
    ],
    ['missing', [server('missing'), server('missing')], 2, 'missing on 2 of 2 servers'],
    [
      'of another key',
      [holding('SHA256:old'), server('missing')],
      3,
      'record of another key on 1 of 2 servers',
    ],
    ['unusable', [server('invalid'), server('missing')], 3, 'unusable record on 1 of 2 servers'],
    [
      'unusable, though of our key',
      [server('invalid', { fingerprint: KEY })],
      3,
      'unusable record on 1 of 1 server',
    ],
    ['unknown', [server('unreachable')], 4, 'no answer from 1 server'],
    ['unknown: nobody could be asked', [], 4, 'no name server found'],
  ])('is %s', (_, servers, exitCode, words) => {
    expect(standingOf(published(...servers), KEY)).toEqual({ exitCode, words });
  });

  it.each([
    ['one key', [holding(KEY), holding(KEY)], 4, `key ${KEY} on 2 of 2 servers`],
    ['two keys', [holding(KEY), holding('SHA256:old')], 4, '2 different keys on 2 of 2 servers'],
    ['none', [server('missing')], 2, 'missing on 1 of 1 server'],
  ])('is reported without a key to compare with: %s', (_, servers, exitCode, words) => {
    expect(standingOf(published(...servers), undefined)).toEqual({ exitCode, words });
  });
});
