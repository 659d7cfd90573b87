import type { NotedWork } from '../../../handlers/words/notice-layout';
import type { ResultNotice } from '../../../handlers/words/result-notices';
import { UNPROVED } from './finding-examples';

const BY = { domain: 'example.com', region: 'eu-west-1', selector: 's2', transaction: 't1' } as const;
const DEPLOY: NotedWork = { ...BY, kind: 'change', source: 'terraform' };
const SCHEDULE: NotedWork = { ...BY, kind: 'revert-unconfirmed', source: 'schedule' };
const DESTROY: NotedWork = { ...BY, kind: 'destroy', source: 'terraform' };

const PRIOR = { kind: 'prior-state', origin: 'byodkim', selector: 's1', enabled: true } as const;
const CHANGED = {
  selector: 's2',
  status: 'PENDING',
  origin: 'EXTERNAL',
  fingerprint: 'SHA256:a',
  verified: false,
} as const;
const FAILED = { message: 'SES failed.', advice: 'Try again.' };

type Example = readonly [NotedWork, ResultNotice];

/** Notices of each kind: with all facts, and with as few as there may be. */
export const NOTICE_EXAMPLES: { readonly [Kind in ResultNotice['kind']]: readonly Example[] } = {
  changed: [
    [DEPLOY, { kind: 'changed', ...CHANGED, verified: true, status: 'SUCCESS' }],
    [
      DEPLOY,
      {
        kind: 'changed',
        ...CHANGED,
        revertsAt: '2026-11-25T10:00:00.000Z',
        retiring: { selector: 's1', until: '2026-12-03' },
        unverifiedSeconds: 2,
      },
    ],
    [
      { ...DEPLOY, kind: 'heal', source: 'direct' },
      { kind: 'changed', ...CHANGED, revertsAt: '2026-11-25T10:00:00.000Z' },
    ],
  ],
  'changed-again': [
    [
      { ...DEPLOY, kind: 'confirm' },
      { kind: 'changed-again', selector: 's2' },
    ],
  ],
  verified: [[SCHEDULE, { kind: 'verified', selector: 's2', minutes: 12 }]],
  'rolled-back': [
    [SCHEDULE, { kind: 'rolled-back', outcome: PRIOR }],
    [DESTROY, { kind: 'rolled-back', outcome: PRIOR, unproved: UNPROVED }],
  ],
  'not-rolled-back': [
    [DESTROY, { kind: 'not-rolled-back', outcome: { kind: 'not-restorable', problem: 'There is no key.' } }],
  ],
  unverified: [
    [
      SCHEDULE,
      {
        kind: 'unverified',
        selector: 's2',
        minutes: 60,
        status: 'FAILED',
        times: 2,
        outcome: PRIOR,
        verification: {
          errorType: 'HOST_NOT_FOUND',
          lastCheckedAt: '2026-11-25T10:00:00.000Z',
          primaryNameServer: 'ns1.example.com',
          soaSerial: '7',
        },
      },
    ],
    [
      SCHEDULE,
      { kind: 'unverified', selector: 's2', minutes: 60, status: 'FAILED', times: 1, outcome: PRIOR },
    ],
  ],
  failed: [
    [DEPLOY, { kind: 'failed', code: 'SES_UPDATE_FAILED', ...FAILED, ending: { kind: 'untouched' } }],
    [DEPLOY, { kind: 'failed', code: 'CONCURRENT_UPDATE', ...FAILED }],
    [SCHEDULE, { kind: 'failed', code: 'DEPENDENCY_FAILED', ...FAILED }],
    [SCHEDULE, { kind: 'failed', code: 'ROLLBACK_FAILED', ...FAILED, left: {} }],
    [DESTROY, { kind: 'failed', code: 'ROLLBACK_FAILED', ...FAILED, left: { found: null } }],
    [
      DESTROY,
      {
        kind: 'failed',
        code: 'ROLLBACK_FAILED',
        ...FAILED,
        left: { found: { origin: 'EXTERNAL', selector: 's2', enabled: true, status: 'FAILED' } },
      },
    ],
  ],
};
