import type { FindingCode, FindingFacts } from '../../../handlers/words/findings';

const NAME = 's1._domainkey.example.com';
const STATE = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS' };
const SERVER = {
  address: '192.0.2.1:53',
  name: 'ns1.example.net',
  role: 'authoritative',
  verdict: 'missing',
  why: { kind: 'no-name' },
  roundTripMs: 1,
} as const;
export const UNPROVED = {
  recordName: NAME,
  expectedFingerprint: 'SHA256:a',
  servers: [SERVER],
  asked: 2,
  isUnknown: false,
} as const;
const GATE = {
  recordName: NAME,
  expectedFingerprint: 'SHA256:a',
  failure: 'unanswered',
  problem: { kind: 'time-was-up' },
  servers: [],
  rounds: 1,
  warnings: [],
} as const;
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:ses-byodkim-audit';
const AT = '2026-01-01T00:00:00.000Z';
const NOT_VERIFIED = { selector: 's1', status: 'FAILED', lastLook: {} };
const UNNEEDED = { recordName: NAME, selector: 's1', since: '2026-01-01', publisher: 'others' } as const;
const OVERDUE = { startedAt: AT, dueAt: AT };
const MAIL_FROM = { domain: 'bounce.example.com', onMxFailure: 'reject' };

/** Facts of each finding: an example of every kind. */
export const FINDING_EXAMPLES: { readonly [Code in FindingCode]: readonly FindingFacts[Code][] } = {
  IDENTITY_MISSING: [{ domain: 'example.com', selector: 's1' }],
  DRIFT: [
    { expected: 's1', found: { origin: 'AWS_SES', status: 'SUCCESS' } },
    { expected: 's1', found: { origin: 'EXTERNAL', selector: 's2', status: 'SUCCESS' } },
  ],
  SIGNING_OFF: [{}],
  MAY_NOT_SEND: ['PENDING', 'FAILED', 'SUCCESS'].map((status) => ({ selector: 's1', status })),
  SIGNS_AFTER_ROLLBACK: [
    { selector: 's1', status: 'SUCCESS', commands: [] },
    { selector: 's1', status: 'PENDING', commands: ['aws sesv2 put-email-identity-dkim-attributes'] },
  ],
  NOT_TAGGED: [{ arn: 'arn:aws:ses:eu-west-1:1:identity/example.com' }],
  NOT_VERIFIED: [
    { ...NOT_VERIFIED, verificationError: 'HOST_NOT_FOUND' },
    {
      ...NOT_VERIFIED,
      lastLook: { lastCheckedAt: AT, soaSerial: 7, primaryNameServer: 'ns1.example.net' },
      lapse: { since: AT, givesUpAt: AT, isOver: false, isBack: true },
    },
    { ...NOT_VERIFIED, lapse: { since: AT, givesUpAt: AT, isOver: false, isBack: false } },
    { ...NOT_VERIFIED, lapse: { since: AT, givesUpAt: AT, isOver: true, isBack: false } },
    { ...NOT_VERIFIED, healing: { kind: 'armed' } },
    { ...NOT_VERIFIED, healing: { kind: 'armed', at: AT } },
    ...(
      [
        { kind: 'not-asked' },
        { kind: 'change-open' },
        { kind: 'nothing-in-force' },
        { kind: 'other-state' },
        { kind: 'set-anew' },
        { kind: 'switched-off' },
        { kind: 'unseen' },
        { kind: 'just-changed' },
        { kind: 'unproved' },
        { kind: 'key-replaced' },
        { kind: 'not-given-up', status: 'PENDING' },
        { kind: 'blocked', by: 'NOT_TAGGED' },
        { kind: 'failed-often', days: 3 },
        { kind: 'not-armed', problem: 'It broke.' },
      ] as const
    ).map((why) => ({ ...NOT_VERIFIED, healing: { healed: false, ...why } as const })),
  ],
  SIGNING_OVERRIDDEN: [
    { of: 'addresses', identities: ['a@example.com'], count: 1 },
    { of: 'sub-domains', identities: ['news.example.com'], count: 12 },
  ],
  REGIONS_DIFFER: [
    {
      kind: 'endpoint',
      endpoint: 'global',
      region: 'eu-west-1',
      joined: 'us-east-1',
      here: STATE,
      there: null,
    },
    {
      kind: 'shared-key',
      since: '2026-01-01',
      signing: [
        { region: 'eu-west-1', selector: 's1' },
        { region: 'us-east-1', selector: 's2' },
      ],
    },
  ],
  MAIL_FROM_FAILED: [
    { ...MAIL_FROM, status: 'FAILED' },
    { ...MAIL_FROM, onMxFailure: 'use-default', status: 'FAILED' },
  ],
  MAIL_FROM_SPF_GONE: [{ domain: 'bounce.example.com', problem: { kind: 'no-spf' } }],
  MAIL_FROM_CHANGED: [
    { expected: MAIL_FROM, found: null },
    { expected: MAIL_FROM, found: { ...MAIL_FROM, domain: 'other.example.com' } },
  ],
  SENDERS_CHANGED: [{ policy: 'byodkim', expected: ['111122223333'], found: [] }],
  SENDER_NOT_LISTED: [
    { policy: 'other', sender: '444455556666', isEveryone: false },
    { policy: 'other', sender: '* if {}', isEveryone: true },
  ],
  RECORD_MISSING: [UNPROVED],
  RECORD_INVALID: [UNPROVED],
  RECORD_OF_OTHER_KEY: [UNPROVED],
  DNS_UNKNOWN: [
    { ...UNPROVED, isUnknown: true },
    { ...UNPROVED, isUnknown: true, servers: [], gate: GATE },
    { kind: 'no-key', recordName: NAME },
  ],
  RECORD_GONE_TOO_EARLY: [
    { recordName: NAME, stage: { selector: 's1', stage: 'retiring', since: 0, recordMayGoAt: 1 } },
  ],
  ALIAS_CHANGED: [{ name: NAME, target: 's1.example.net' }],
  RECORD_MAY_GO: [UNNEEDED, { ...UNNEEDED, publisher: 'stack' }],
  RECORD_STAYS_TOO_LONG: [UNNEEDED],
  REMOVAL_ASKED: [{ recordName: NAME, askedOn: '2026-01-01' }],
  REVERT_OVERDUE: [
    { ...OVERDUE, of: 'revert' },
    { ...OVERDUE, of: 'check', problem: 'It broke.' },
    { ...OVERDUE, of: 'done' },
    { ...OVERDUE, of: 'revert', armedAgainAt: AT },
  ],
  UNCONFIRMED: [{ startedAt: AT }],
  ROLLBACK_FAILED: [
    { kind: 'failing', startedAt: AT, at: AT, code: 'ACCESS_DENIED', message: 'It broke.', commands: [] },
    { kind: 'failed', at: AT, commands: ['aws sesv2 put-email-identity-dkim-attributes'] },
  ],
  ROLLED_BACK: [
    { selector: 's1', minutes: 60, status: 'PENDING', at: AT, times: 1 },
    { selector: 's1', minutes: 60, status: 'PENDING', at: AT, times: 2 },
  ],
  KEY_MISSING: [true, false].map((isKept) => ({ selector: 's1', place: 's3://keys/s1', isKept })),
  KEY_NOT_MADE_HERE: [
    {
      domain: 'example.com',
      selector: 's2',
      place: 's3://keys/s2',
      describedAt: 's3://keys/s2.json',
      found: 'SHA256:b',
    },
  ],
  KEY_REPLACED: [{ place: 's3://keys/s1' }],
  KEY_OVERDUE: [{ madeOn: '2025-01-01', dueOn: '2026-04-02', lifetimeDays: 456 }],
  KEY_DUE: [{ madeOn: '2025-01-01', dueOn: '2026-04-02', daysLeft: 30 }],
  LAST_FINDINGS_UNREADABLE: [
    { kind: 'foreign', place: 's3://keys/findings.json' },
    { kind: 'failed', place: 's3://keys/findings.json', problem: 'It broke.' },
    { kind: 'parts', place: 's3://keys/findings.json', parts: ['managed', 'heals'] },
  ],
  NOT_HEARD: [
    { topic: 'audit', arn: TOPIC, kind: 'nobody', pending: 0 },
    { topic: 'dns', arn: TOPIC, kind: 'nobody', pending: 2 },
    { topic: 'result', arn: TOPIC, kind: 'gone' },
    { topic: 'result', arn: TOPIC, kind: 'unknown', problem: 'It broke.' },
  ],
  NOT_MANAGED: [{}],
  LEDGER_OUTDATED: [{ auditedAt: AT }],
  LEDGER_PARTS_UNREADABLE: [{ parts: ['seen', 'history'] }],
  NOT_CHECKED: [
    { kind: 'domain', problem: 'It broke.' },
    { kind: 'domain', problem: 'It broke.', object: 'ledger' },
    ...(['signing', 'joined-identity', 'former-selectors', 'mail-from', 'key', 'record'] as const).map(
      (check) => ({ kind: 'check', check, problem: 'It broke.' }) as const,
    ),
    { kind: 'survey', of: 'identities', region: 'eu-west-1', problem: 'It broke.' },
    { kind: 'survey', of: 'endpoints', region: 'eu-west-1', problem: 'It broke.' },
    { kind: 'region', region: 'eu-west-1', problem: 'It broke.' },
    { kind: 'ledger', problem: 'It broke.' },
    { kind: 'killed' },
    { kind: 'not-reached' },
  ],
};
