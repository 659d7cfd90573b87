/** Answers of the function about one domain that is as it should be, and the rows made of them. */

import type { StatusAnswer } from '../../../cli/aws/function';
import type { Published } from '../../../cli/dns/prove';
import { rowOf } from '../../../cli/status/row';
import type { Seen } from '../../../cli/status/subject';

export const NOW = Date.parse('2026-11-01T00:00:00.000Z');
export const DAY_MS = 86_400_000;
export const SUBJECT = {
  entry: 'example.com',
  domain: 'example.com',
  region: 'ap-northeast-1',
  listedSelector: 's1',
};

export const answer = (more: object = {}): StatusAnswer => ({
  statusCode: 200,
  domain: 'example.com',
  region: 'ap-northeast-1',
  key: null,
  keyStoreBucket: 'keys',
  waiting: null,
  unverified: null,
  baseline: null,
  previous: null,
  lastRevert: null,
  signers: [],
  records: [],
  rotation: null,
  history: [],
  now: new Date(NOW).toISOString(),
  ses: { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS', tokens: [] },
  selector: 's1',
  fingerprint: 'SHA256:ours',
  confirmed: true,
  revertsAt: null,
  transaction: 't1',
  drifted: false,
  healing: null,
  busyUntil: null,
  keyCreatedAt: new Date(NOW - 100 * DAY_MS).toISOString(),
  ...more,
});

export const published = (fingerprint?: string): Published => ({
  recordName: 's1._domainkey.example.com',
  servers: [
    {
      address: '192.0.2.1:53',
      role: 'authoritative',
      verdict: fingerprint === undefined ? 'missing' : 'other-value',
      reason: '',
      roundTripMs: 1,
      ...(fingerprint !== undefined && { fingerprint }),
    },
  ],
});

export const seen = (more: Partial<Seen> = {}): Seen => ({
  published: published('SHA256:ours'),
  listed: null,
  inRoute53: false,
  ...more,
});
export const row = (more: object = {}, looked: Partial<Seen> = {}) =>
  rowOf(SUBJECT, answer(more), seen(looked));
