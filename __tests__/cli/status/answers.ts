/** Answers of the function about one domain that is as it should be, and the rows made of them. */

import { type CheckedRow, statusRow } from '../../../cli/status/row';
import type { StatusAnswer } from '../../../cli/target/function';
import type { Readiness } from '../../../cli/words/readiness';

export const NOW = Date.parse('2026-11-01T00:00:00.000Z');
export const DAY_MS = 86_400_000;
export const SUBJECT = {
  entry: 'example.com',
  domain: 'example.com',
  region: 'ap-northeast-1',
  listedSelector: 's1',
};

const SES = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS', tokens: [] };
export const ses = (more: object) => ({ ses: { ...SES, ...more } });

export const answer = (more: object = {}): StatusAnswer => ({
  statusCode: 200,
  domain: 'example.com',
  region: 'ap-northeast-1',
  keyStoreBucket: 'keys',
  isManaged: true,
  asOf: new Date(NOW).toISOString(),
  settlesAt: null,
  why: null,
  waiting: false,
  unverified: null,
  restore: null,
  baseline: null,
  changedByOthersAt: null,
  signers: [],
  records: [],
  spares: [],
  rotation: null,
  last: null,
  history: [],
  now: new Date(NOW).toISOString(),
  ses: SES,
  selector: 's1',
  fingerprint: 'SHA256:ours',
  confirmed: true,
  revertsAt: null,
  transaction: 't1',
  drifted: false,
  busyUntil: null,
  keyCreatedAt: new Date(NOW - 100 * DAY_MS).toISOString(),
  findings: [],
  keysOfOthers: [],
  removals: [],
  regions: [],
  evidence: null,
  ...more,
});

export const finding = (code: string, severity = 'urgent') => ({
  findings: [
    { code, severity, found: 'What was found.', todo: 'What to do.', since: '2026-10-31T03:00:00.000Z' },
  ],
});

export const row = (more: object = {}, readiness: Readiness | null = null): CheckedRow =>
  statusRow(SUBJECT, answer(more), readiness);
