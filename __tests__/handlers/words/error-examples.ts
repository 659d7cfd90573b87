import type { ErrorCode, ErrorFacts } from '../../../handlers/words/errors';
import { UNPROVED } from './finding-examples';

const PLACE = { domain: 'example.com', region: 'eu-west-1' };
const RECORD = {
  recordName: 's1._domainkey.example.com',
  zone: 'example.com',
  expectedFingerprint: 'SHA256:a',
  expectedValue: 'v=DKIM1; p=MIIB',
  servers: [],
  rounds: 1,
  warnings: [],
};
const MAIL_FROM = {
  mailFromDomain: 'bounce.example.com',
  zone: 'example.com',
  records: [{ name: 'bounce.example.com', type: 'MX', value: '10 feedback-smtp.eu-west-1.amazonses.com' }],
  servers: [],
} as const;
const STATE = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'FAILED' };
const CALL = {
  kind: 'call',
  action: 's3:GetObject',
  resource: 's3://keys/s1',
  awsError: 'SlowDown',
  awsMessage: 'Slow down.',
} as const;
const KEY = { bucket: 'keys', key: 's1' };
const FIELDS = { fields: ['selector'] };
const NEEDED = { selector: 's1', overlapDays: 14, freeOn: '2026-12-07' };
const STILL_NEEDED = {
  domain: 'example.com',
  needed: ['s1'],
  recordNames: [RECORD.recordName],
  isKnown: false,
  reasons: [
    { ...NEEDED, use: 'signs' },
    { ...NEEDED, use: 'in-transit', region: 'eu-west-1' },
    { ...NEEDED, use: 'rollback', freeOn: undefined },
    { ...NEEDED, use: 'unread', freeOn: undefined, region: 'us-east-1', why: 'The region is down.' },
  ],
} as const;
const LATE = { kind: 'late', action: 'sns:Publish', resource: 'arn:aws:sns:eu-west-1:1:dkim' } as const;

const HELD = { tenants: ['acme'], arn: 'arn:aws:ses:eu-west-1:1:identity/example.com', hasMore: false };

const UNREAD = {
  region: 'us-east-1',
  why: 'The function is not allowed to call s3:GetObject on s3://keys/x: no.',
};

/** Facts of each error: an example of every kind. */
export const ERROR_EXAMPLES: { readonly [Code in ErrorCode]: readonly ErrorFacts[Code][] } = {
  VALIDATION_ERROR: [
    {
      kind: 'event',
      ...FIELDS,
      mistakes: [{ field: 'selector', expected: 'a selector', found: 'nothing' }],
    },
    { kind: 'dns-servers', fields: ['gate.resolvers'], problem: 'not-an-address', found: 'x' },
    { kind: 'dns-servers', fields: ['gate.nameservers'], problem: 'never-asked', found: '127.0.0.1' },
    { kind: 'dns-servers', fields: ['gate.resolvers'], problem: 'none-left' },
    { kind: 'drill', fields: ['drill'], found: 'x', isBegun: true },
    { kind: 'drill', fields: ['drill'], found: 'x', isBegun: false },
  ],
  UNSUPPORTED_ACTION: [{ found: 'x', known: ['status'] }],
  NOT_ALLOWED: [
    {
      kind: 'control',
      fields: ['gate.mode'],
      settings: [{ field: 'gate.mode', found: 'recursive', allowed: 'authoritative' }],
      allowedBy: ['control.allow.recursive'],
    },
    {
      kind: 'alias',
      fields: ['action'],
      alias: 'read',
      found: 'update',
      granted: ['status'],
      allowedBy: ['lambda:InvokeFunction'],
    },
    { kind: 'stack', fields: ['domain'], domain: 'example.com', stack: 'B1' },
    { kind: 'other-stack', fields: ['id'], domain: 'example.com', stack: 'f1.B1', found: 'f2.B1' },
    { kind: 'earlier-layout', fields: ['tf'], domain: 'example.com' },
  ],
  DNS_TXT_NOT_READY: [
    { ...RECORD, failure: 'late' },
    { ...RECORD, failure: 'hidden' },
    { ...RECORD, expectedAlias: 's1.dkim.example.net' },
  ],
  DNS_TXT_INVALID: [{ ...RECORD, failure: 'invalid' }],
  DNS_KEY_MISMATCH: [{ ...RECORD, failure: 'other-key' }],
  KEY_REPLACED: ['s3://keys/s1', 's3://other/s1', null].map((earlier) => ({
    domain: 'example.com',
    selector: 's1',
    place: 's3://keys/s1',
    versionId: 'v2',
    expected: 'SHA256:a',
    found: 'SHA256:b',
    earlier,
  })),
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
  DNS_LOOKUP_FAILED: [
    ...(['unanswered', 'unseen', 'false-answer', 'dnssec', 'limit', 'thin'] as const).map((failure) => ({
      ...RECORD,
      failure,
    })),
    { ...RECORD, failure: 'unanswered', zone: 'com', problem: { kind: 'time-was-up' } },
    {
      ...RECORD,
      failure: 'unanswered',
      staleDelegations: [{ zone: 'example.com', above: ['ns1.example.com'], own: ['ns1.example.net'] }],
    },
    MAIL_FROM,
  ],
  MAIL_FROM_NOT_READY: [MAIL_FROM],
  MAIL_FROM_INVALID: [
    { ...MAIL_FROM, problem: { kind: 'time-was-up' } },
    { ...MAIL_FROM, otherRegions: ['us-east-1'] },
    { ...MAIL_FROM, otherRegions: ['eu-west-2', 'us-east-1'] },
  ],
  SELECTOR_IN_USE: [
    {
      domain: 'example.com',
      selector: 's1',
      recordName: RECORD.recordName,
      servers: [],
      found: [],
      asked: 2,
      place: 's3://keys/s1',
    },
  ],
  CERTIFICATE_NOT_FOUND: [
    { kind: 'key', expected: KEY },
    { kind: 'key', expected: { ...KEY, versionId: 'v1' } },
    { kind: 'bucket', expected: KEY },
    { kind: 'dns-information', expected: KEY },
    { kind: 'not-supplied', expected: KEY },
    {
      kind: 'described-key',
      expected: KEY,
      fingerprint: 'SHA256:a',
      createdAt: '2026-01-01',
      describedAt: 's3://keys/s1.json',
    },
  ],
  CERTIFICATE_INVALID: [
    ...(
      [
        { kind: 'empty' },
        { kind: 'utf-16' },
        { kind: 'der' },
        { kind: 'encrypted' },
        { kind: 'openssh' },
        { kind: 'labels-differ' },
        { kind: 'not-closed' },
        { kind: 'not-base64' },
        { kind: 'mislabelled' },
        { kind: 'inconsistent' },
        { kind: 'too-long' },
        { kind: 'too-large', bytes: 70_000 },
        { kind: 'several-keys', count: 2 },
        { kind: 'no-key' },
        { kind: 'no-key', label: 'CERTIFICATE' },
        { kind: 'other-type', type: 'EC' },
        { kind: 'too-few-bits', bits: 512 },
        { kind: 'too-many-bits', bits: 4096 },
        { kind: 'even-exponent' },
        { kind: 'long-exponent' },
      ] as const
    ).map((problem) => ({ kind: 'file', place: 's3://keys/s1', problem }) as const),
    { kind: 'another-key', place: 's3://keys/s1', expected: 'SHA256:a', found: 'SHA256:b' },
    {
      kind: 'dns-information',
      place: 's3://keys/s1.json',
      keyPlace: 's3://keys/s1',
      expected: 'SHA256:a',
      found: 'SHA256:b',
    },
  ],
  ACCESS_DENIED: [
    CALL,
    { ...CALL, action: 'ses:GetEmailIdentity', arn: 'arn:aws:ses:eu-west-1:1:identity/example.com' },
    { ...CALL, denial: { kind: 'explicit', policy: 'service control policy' } },
    { ...CALL, denial: { kind: 'missing', policy: 'VPC endpoint policy' } },
    {
      kind: 'not-tagged',
      ...PLACE,
      action: 'ses:PutEmailIdentityDkimSigningAttributes',
      resource: 'identity/example.com in eu-west-1',
      arn: 'arn:aws:ses:eu-west-1:1:identity/example.com',
    },
  ],
  IDENTITY_NOT_FOUND: [PLACE],
  PRIOR_STATE_NOT_RESTORABLE: [
    { domain: 'example.com', found: STATE, reason: 'its key is gone' },
    { domain: 'example.com', found: STATE, reason: { kind: 'unproved', selector: 's1', record: UNPROVED } },
    {
      domain: 'example.com',
      found: STATE,
      reason: { kind: 'unproved', selector: 's1', record: { ...UNPROVED, isUnknown: true } },
    },
  ],
  RECORD_STILL_NEEDED: [
    { ...STILL_NEEDED, previousSelectors: ['s1'] },
    { ...STILL_NEEDED, isKnown: true, previousSelectors: null },
  ],
  KEY_SHARED: [
    { kind: 'destroy', ...PLACE, users: [{ region: 'us-east-1', selector: 's1' }], unread: [] },
    { kind: 'destroy', ...PLACE, users: [], unread: [UNREAD] },
    { kind: 'destroy', ...PLACE, users: [{ region: 'eu-west-1', selector: 's1' }], unread: [UNREAD] },
    { kind: 'renewal', ...PLACE, selector: 's1', unread: [UNREAD] },
  ],
  IDENTITY_HAS_TENANTS: [
    { kind: 'destroy', ...PLACE, ...HELD },
    { kind: 'remove', ...PLACE, ...HELD, tenants: ['t1', 't2'], hasMore: true },
  ],
  CONCURRENT_UPDATE: [
    { kind: 'lease', ...PLACE },
    { kind: 'lease', ...PLACE, since: '2026-01-01', until: '2026-01-02' },
    { kind: 'taken-over', ...PLACE },
    { kind: 'undone', ...PLACE },
    { kind: 'home-gone', ...PLACE },
    { kind: 'overtaken', domain: 'example.com', transaction: 't1', by: 't2' },
    { kind: 'destroyed', domain: 'example.com', transaction: 't1', by: 'stack1' },
  ],
  SES_UPDATE_FAILED: [
    CALL,
    { ...CALL, isLasting: true },
    { ...CALL, action: 'ses:GetEmailIdentity', awsError: 'TooManyRequestsException' },
    {
      kind: 'not-shown',
      domain: 'example.com',
      expected: { origin: 'EXTERNAL', selector: 's1' },
      found: STATE,
    },
    { kind: 'unexpected', name: 'TypeError', message: 'x is not a function' },
  ],
  DEPENDENCY_FAILED: [
    CALL,
    ...(['ledger', 'report', 'other'] as const).flatMap((object) =>
      (
        [
          { kind: 'missing' },
          { kind: 'foreign' },
          { kind: 'too-large', most: 1, bytes: 2 },
          { kind: 'not-json' },
          { kind: 'field', field: 'format', expected: '1', found: '2' },
          { kind: 'field', field: 'inForce.key.fingerprint', expected: 'a text' },
        ] as const
      ).map((problem) => ({ kind: 'object', resource: 's3://keys/x', object, problem }) as const),
    ),
    ...(
      [
        { kind: 'once' },
        { kind: 'key-stored' },
        { kind: 'always', attempts: 5 },
        { kind: 'busy', attempts: 3 },
      ] as const
    ).map(
      (conflict) =>
        ({ kind: 'conflict', action: 's3:PutObject', resource: 's3://keys/s1', conflict }) as const,
    ),
    LATE,
    { ...LATE, seconds: 15 },
    { kind: 'unexpected', name: 'TypeError', message: 'x is not a function' },
  ],
  VERIFICATION_FAILED: [
    { domain: 'example.com', selector: 's1', found: STATE },
    { domain: 'example.com', selector: 's1', found: { ...STATE, verificationError: 'HOST_NOT_FOUND' } },
  ],
  VERIFICATION_PENDING: [
    { domain: 'example.com', selector: 's1', status: 'PENDING' },
    { domain: 'example.com', selector: 's1', status: 'FAILED' },
    { domain: 'example.com', selector: 's1', status: 'PENDING', revertsAt: '2026-01-01' },
  ],
  ROLLBACK_FAILED: [
    {
      ...PLACE,
      first: { code: 'x', message: 'It broke.' },
      second: { code: 'y', message: 'It broke, too.' },
      expected: STATE,
      commands: ['aws sesv2 put-email-identity-dkim-attributes'],
      retryAt: null,
    },
    {
      ...PLACE,
      first: { code: 'x', message: 'It broke.' },
      second: { code: 'y', message: 'It broke, too.' },
      found: STATE,
      expected: { ...STATE, lost: 'its key is gone' },
      commands: ['KEY=$(aws s3api get-object --bucket keys)'],
      retryAt: '2026-01-01T00:00:00.000Z',
    },
  ],
};
