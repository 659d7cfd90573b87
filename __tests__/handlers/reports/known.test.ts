import type { LastFinding } from '../../../handlers/audit/findings/last-findings';
import { lastFindingsByPlace } from '../../../handlers/audit/findings/news';
import { ledgerObject, privateKeyObject } from '../../../handlers/contract/contract';
import { emptyLedger } from '../../../handlers/ledger/ledger';
import type { KnownDomain } from '../../../handlers/reports/known-domain';
import { expectLinear } from '../../support/linear';
import { BUCKET, FAILURES, type FakeCloud } from '../../support/world';
import { auditedCloud, giveManagedDomain, SELECTOR } from '../audit/managed-domain';
import * as setup from '../transaction/support';

const DOMAIN = 'example.com';
const HOUR_MS = 3_600_000;

async function given() {
  const cloud = auditedCloud();
  giveManagedDomain(cloud, DOMAIN);
  const known = async (domain = DOMAIN): Promise<KnownDomain> => {
    const before = cloud.calls.count(setup.SES_GET);
    const answer = await cloud.invoke({ action: 'known', domains: [domain] }, 'read');
    expect(cloud.calls.count(setup.SES_GET)).toBe(before);
    return answer.domains[0];
  };
  const audit = async () => {
    await cloud.invoke({ action: 'audit', scheduled: true });
    await cloud.fireAll();
  };
  return { cloud, known, audit };
}

test('remembers an audit’s result with its time, until it is too old', async () => {
  const { cloud, known, audit } = await given();
  await audit();
  const seenAt = cloud.clock.now();
  await cloud.clock.advance(20 * HOUR_MS);

  const answer = await known();
  expect(answer).toMatchObject({
    why: null,
    isManaged: true,
    drifted: false,
    confirmed: true,
    ses: { origin: 'EXTERNAL', enabled: true, status: 'SUCCESS' },
    findings: [],
  });
  expect(answer.keyCreatedAt).not.toBeNull();
  expect(seenAt - Date.parse(answer.asOf!)).toBeLessThan(10 * 60_000);

  await cloud.clock.advance(11 * HOUR_MS);
  expect((await known()).why).toEqual({ kind: 'seen-long-ago', at: answer.asOf });
});

describe('the private key in force', () => {
  const KEY = privateKeyObject(DOMAIN, SELECTOR);
  const codes = ({ findings }: KnownDomain) => findings.map(({ code }) => code);

  test('is known to be missing before an audit has found it so, and to be back before an audit has seen it', async () => {
    const { cloud, known, audit } = await given();
    await audit();
    expect(codes(await known())).toEqual([]);
    const { body } = cloud.s3.object(BUCKET, KEY)!;
    cloud.s3.deleteObject(BUCKET, KEY);
    expect(codes(await known())).toEqual(['KEY_MISSING']);
    await cloud.clock.advance(HOUR_MS);
    await audit();
    const { since } = (await known()).findings[0]!;
    await cloud.clock.advance(HOUR_MS);
    expect((await known()).findings).toMatchObject([{ code: 'KEY_MISSING', since, facts: { isKept: true } }]);
    cloud.s3.write(BUCKET, KEY, body);
    expect(codes(await known())).toEqual([]);
  });

  test('keeps the audit’s result while S3 cannot be asked', async () => {
    const { cloud, known, audit } = await given();
    cloud.s3.deleteObject(BUCKET, KEY);
    await audit();
    cloud.calls.addFault({ action: 's3:HeadObject', times: 99, error: FAILURES.denied() });
    expect(codes(await known())).toEqual(['KEY_MISSING']);
  });
});

test('a domain that was never deployed has no ledger', async () => {
  const { known } = await given();

  expect(await known('other.example')).toMatchObject({ isManaged: false, asOf: null, ses: null, why: null });
});

test.each<[string, (cloud: FakeCloud, stack: setup.Stack) => unknown, object]>([
  ['has ended verified', () => {}, { why: null, selector: 's1', ses: { selector: 's1', status: 'SUCCESS' } }],
  ['is open', (_, stack) => stack.signing('t2', 's2'), { why: { kind: 'change-open' } }],
  [
    'was rolled back',
    async (cloud, stack) => {
      await stack.signing('t2', 's2');
      await cloud.fireAll();
    },
    { why: { kind: 'not-seen-since-change' } },
  ],
])('knows from the ledger itself whether a change %s', async (_, happens, expected) => {
  const { cloud, stack } = await setup.applied();
  await happens(cloud, stack);

  const { domains } = await cloud.invoke({ action: 'known', domains: [setup.DOMAIN] });

  expect(domains).toMatchObject([expected]);
});

describe('a change by another tool', () => {
  const CALLER = 'arn:aws:iam::111122223333:user/jo';
  const change = (cloud: FakeCloud, eventName: string) =>
    cloud.invoke({
      'detail-type': 'AWS API Call via CloudTrail',
      region: 'ap-northeast-1',
      detail: {
        eventName,
        eventTime: '2025-09-17T10:30:00Z',
        userIdentity: { arn: CALLER },
        requestParameters: { emailIdentity: DOMAIN },
      },
    });

  test.each<[string, string, string | null]>([
    ['stays marked with its time', 'PutEmailIdentityFeedbackAttributes', '2025-09-17T10:30:00.000Z'],
    ['is over if it is MAIL FROM, which the audit compares', 'PutEmailIdentityMailFromAttributes', null],
  ])('is unknown until an audit has seen it, and then %s', async (_, call, changedByOthersAt) => {
    const { cloud, known, audit } = await given();
    await audit();
    await change(cloud, call);
    expect(await known()).toMatchObject({
      why: { kind: 'changed-outside', call: { call, caller: CALLER, time: '2025-09-17T10:30:00Z' } },
    });
    await audit();
    expect(await known()).toMatchObject({ why: null, changedByOthersAt, findings: [] });
  });
});

test('does not know a state of SES that differs from the one that was set, and reports it as drifted', async () => {
  const { cloud, known, audit } = await given();
  cloud.ses.tamper(DOMAIN, { origin: 'AWS_SES', tokens: ['a', 'b', 'c'] });
  await audit();

  expect(await known()).toMatchObject({
    why: { kind: 'other-state-seen' },
    drifted: true,
    findings: [{ code: 'DRIFT' }],
  });
});

test('hides no other domain behind a ledger that cannot be read', async () => {
  const { cloud, audit } = await given();
  giveManagedDomain(cloud, 'other.example');
  await audit();
  cloud.s3.write('key-store', 'byodkim-ledger/ap-northeast-1/example.com.json', '{');

  const { domains } = await cloud.invoke({ action: 'known', domains: [DOMAIN, 'other.example'] });

  expect(domains).toMatchObject([{ why: { kind: 'ledger', error: 'DEPENDENCY_FAILED' } }, { why: null }]);
});

test('drops findings from before a change that has ended, except those that outlast it', async () => {
  const { cloud, known, audit } = await given();
  await audit();
  cloud.ses.tamper(DOMAIN, { enabled: false });
  await cloud.clock.advance(400 * 24 * HOUR_MS);
  await audit();
  expect((await known()).findings.map(({ code }) => code).sort()).toEqual(['KEY_DUE', 'SIGNING_OFF']);

  const { selector } = await known();
  await cloud.invoke({ action: 'update_ses_byodkim_automated', domain: DOMAIN, selector });

  expect(await known()).toMatchObject({ why: null, drifted: false, findings: [{ code: 'KEY_DUE' }] });
});

test('takes time in proportion to the sum of the findings and the domains', () => {
  const finding = {} as LastFinding;
  expectLinear((length) => {
    const places = Array.from({ length }, (_, at) => ({ region: 'eu-west-1', domain: `d${at}.example` }));
    const findings = Object.fromEntries(places.map(({ domain }) => [`eu-west-1/${domain} DRIFT`, finding]));
    const last = { format: 1, wholeAt: null, managed: [], summary: null, findings, heals: {} } as const;
    const findingsOf = lastFindingsByPlace(last);
    for (const place of places) expect(findingsOf(place)).toEqual([finding]);
  }, 4_000);
});

test.each([
  ['signing is switched off', { enabled: false }, 'SIGNING_OFF'],
  ['Easy DKIM is set', { origin: 'AWS_SES', selector: undefined, tokens: ['a', 'b', 'c'] }, 'DRIFT'],
])(
  '%s again after a repair that no audit has seen, and the finding dates from then',
  async (_, tampered, code) => {
    const { cloud, audit } = await given();
    const since = async (): Promise<number> => {
      const { findings } = await cloud.invoke({ action: 'status', domain: DOMAIN, findings: true }, 'read');
      return Date.parse(findings.find((each: LastFinding) => each.code === code).since);
    };
    cloud.ses.tamper(DOMAIN, tampered);
    await cloud.clock.advance(HOUR_MS);
    await audit();
    const first = await since();
    await cloud.clock.advance(HOUR_MS);
    await audit();
    expect(await since()).toBe(first);

    await cloud.invoke({ action: 'update_ses_byodkim_automated', domain: DOMAIN, selector: SELECTOR });
    await cloud.clock.advance(HOUR_MS);
    cloud.ses.tamper(DOMAIN, tampered);
    await cloud.clock.advance(HOUR_MS);
    expect(await since()).toBe(cloud.clock.now());
  },
);

describe('a region that shares the key', () => {
  const OTHER = { region: 'us-east-1', bucket: 'keys-us-east-1' };
  const SINCE = Date.parse('2026-11-25T10:30:00.000Z');

  /** Rotates from s1 to s2. The stack names the other region, whose ledger has this text, until it has rotated. */
  async function given(text: string) {
    const cloud = setup.givenCloud({ startAt: SINCE });
    const stack = new setup.Stack(cloud);
    cloud.s3.write(OTHER.bucket, ledgerObject(OTHER.region, setup.DOMAIN), text);
    await stack.apply('t1', 's1', { rotation: { records: ['s1'], sharedWith: [OTHER] } });
    await stack.apply('t2', 's2', { rotation: { records: ['s2', 's1'] } });
    await setup.verify(cloud);
    const { domains } = await cloud.invoke({ action: 'known', domains: [setup.DOMAIN] });
    return domains[0] as KnownDomain;
  }

  it('is known with its selector, and still signs with a record that this region no longer needs', async () => {
    const signers = [{ selector: 's1', bucket: BUCKET, since: SINCE, stoppedAt: null }];
    const { regions, signers: known } = await given(
      JSON.stringify({ ...emptyLedger(setup.DOMAIN, OTHER.region), signers }),
    );
    expect(regions).toEqual([{ region: OTHER.region, selector: null }]);
    expect(known).toMatchObject([
      { selector: 's1', stoppedAt: null },
      { selector: 's2', stoppedAt: null },
    ]);
  });

  it('is known with the reason why its ledger cannot be read, also if the list no longer names it', async () => {
    const why = expect.stringContaining('keys-us-east-1/byodkim-ledger');
    expect((await given('{')).regions).toEqual([{ region: OTHER.region, selector: null, why }]);
  });
});
