import { type Standing, standingOf } from '../../../cli/dns/standing';
import { standingWords } from '../../../cli/words/dns';
import type { ServerVerdict } from '../../../handlers/words/gate';

const KEY = 'SHA256:ours';

const server = (verdict: ServerVerdict['verdict'], more: Partial<ServerVerdict> = {}): ServerVerdict => ({
  address: '192.0.2.1:53',
  role: 'authoritative',
  verdict,
  why: { kind: 'has-record' },
  roundTripMs: 1,
  ...more,
});
const judged = (standing: Standing) => [standing.exitCode, standingWords(standing)];
const holding = (fingerprint: string) => server('other-value', { fingerprint });

describe('the state of a record', () => {
  const other = holding('SHA256:old');

  it.each<[number, string, ...ServerVerdict[]]>([
    [0, 'ready on 2 of 2 servers', holding(KEY), holding(KEY)],
    [0, 'ready on 1 of 1 server', holding(KEY), server('unreachable')],
    [2, 'ready on 1 of 2 servers only', holding(KEY), server('missing')],
    [2, 'ready on 1 of 2 servers only', holding(KEY), other],
    [2, 'missing on 2 of 2 servers', server('missing'), server('missing')],
    [3, 'record of another key on 1 of 2 servers', other, server('missing')],
    [3, 'unusable record on 1 of 2 servers', server('invalid'), server('missing')],
    [3, 'unusable record on 1 of 1 server', server('invalid', { fingerprint: KEY })],
    [4, 'no answer from 1 server', server('unreachable')],
    [4, 'no name server found'],
  ])('exit code %i: %s', (exitCode, words, ...servers) => {
    expect(judged(standingOf(servers, KEY))).toEqual([exitCode, words]);
  });

  it.each<[number, string, ...ServerVerdict[]]>([
    [4, `key ${KEY} on 2 of 2 servers`, holding(KEY), holding(KEY)],
    [4, '2 different keys on 2 of 2 servers', holding(KEY), other],
    [2, 'missing on 1 of 1 server', server('missing')],
  ])('without a key to compare with, exit code %i: %s', (exitCode, words, ...servers) => {
    expect(judged(standingOf(servers))).toEqual([exitCode, words]);
  });
});
