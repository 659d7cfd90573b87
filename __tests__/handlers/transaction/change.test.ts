import { recordName } from '../../../handlers/contract/contract';
import { recordValue } from '../../../handlers/keys/format/public-key';
import { FAILURES, type FakeCloud, newTestKey, testKey } from '../../support/world';
import * as steps from './steps';
import { apply, expectEnd, fire, inTurn, type Step, set, sign, tamper } from './steps';
import * as setup from './support';

const S1_BY_HAND = set({ origin: 'EXTERNAL', selector: 's1' });

test('a first change proves, arms, writes the ledger, Puts, verifies and writes the ledger, in this order', async () => {
  const cloud = setup.givenCloud();

  const result = await new setup.Stack(cloud).signing('t1', 's1');

  expect(cloud.calls.made.map(({ action }) => action)).toEqual([
    ...['s3:GetObject', 's3:ListBucket', 's3:GetObject', 'dns:Prove'],
    ...['s3:PutObject', setup.SES_GET, 'scheduler:CreateSchedule', 's3:PutObject'],
    ...[setup.SES_PUT, setup.SES_GET, setup.SES_GET, 's3:PutObject', 'events:PutEvents'],
  ]);
  expect(result).toMatchObject({
    statusCode: 200,
    message: 'SES BYODKIM update completed successfully',
    domain: setup.DOMAIN,
    selector: 's1',
    final_dkim_status: 'SUCCESS',
    signing_origin: 'EXTERNAL',
    automation_type: 'terraform',
    transaction: 't1',
    changed: true,
    fingerprint: testKey('s1').publicKey.fingerprint,
    reverts_at: '2025-09-17T10:41:00.000Z',
    warnings: [],
  });
  expect(result.unverified_seconds).toBe(4);
  expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  const { armings, open } = setup.ledgerOf(cloud);
  expect(armings).toBe(open!.armed!.number);
});

test.each([
  [true, true],
  [false, false],
])('warns in the log before a Put if the domain may send (%s)', async (verified, warns) => {
  const cloud = setup.givenCloud();
  cloud.ses.tamper(setup.DOMAIN, { verified, status: verified ? 'SUCCESS' : 'FAILED' });
  let logged = false;
  setup.beforeCall(cloud, setup.SES_PUT, () => {
    logged = cloud.log.some(({ event }) => event === 'key-put');
    cloud.ses.tamper(setup.DOMAIN, { status: undefined });
  });

  await new setup.Stack(cloud).signing('t1', 's1');

  expect(logged).toBe(warns);
});

test('switches signing on again if it is switched off next to the Put', async () => {
  const { cloud, stack } = setup.given();
  setup.beforeCall(cloud, setup.SES_PUT, () => cloud.ses.tamper(setup.DOMAIN, { enabled: false }));

  await stack.apply('t1', 's1');

  await setup.expectEnded(cloud, 'EXTERNAL s1 on');
});

test('reports a change that SES has not verified in time as PENDING, and keeps it', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.verifySeconds = 3_600;

  const result = await new setup.Stack(cloud).signing('t1', 's1');

  expect(result).toMatchObject({ final_dkim_status: 'PENDING', changed: true });
  expect(result.message).toContain('has not verified the record yet');
  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on PENDING');
});

test('answers a repeated attempt with the sentence of its result, which an earlier version has stored as text', async () => {
  const { cloud, stack } = setup.given();
  const { message } = await stack.signing('t1', 's1');
  const result = setup.ledgerOf(cloud).open!.result!;
  expect(result.message).toEqual({ kind: 'verified' });
  expect(await stack.signing('t1', 's1')).toMatchObject({ message });

  const stored = { ...result, message: message as never };
  setup.rewriteLedger(cloud, (ledger) => ({ ...ledger, open: { ...ledger.open!, result: stored } }));

  expect(await stack.signing('t1', 's1')).toMatchObject({ message });
});

test('adopts a state that is already as wanted: SES is read once and not written, and nothing is armed', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1' });

  const result = await new setup.Stack(cloud).signing('t1', 's1');

  expect(result).toMatchObject({ changed: false, final_dkim_status: 'SUCCESS' });
  expect(cloud.calls.list(/^ses:|^scheduler:/)).toEqual([`${setup.SES_GET} ${setup.DOMAIN}`]);
  expect(setup.ledgerOf(cloud)).toMatchObject({
    open: null,
    owner: { transaction: 't1', confirmed: false },
    baseline: { origin: 'EXTERNAL', selector: 's1', restoration: { kind: 'byodkim' } },
  });
});

test('treats a second adoption like the first, and leaves its confirmation to the stack', async () => {
  const { cloud, stack } = setup.given();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1' });

  for (let time = 1; time <= 2; time += 1) await stack.signing('t1', 's1');

  expect(setup.events(cloud)).toEqual(['adopted t1']);
  expect(setup.ledgerOf(cloud).owner).toMatchObject({ transaction: 't1', confirmed: false });
});

test('adopts a new attempt at the state in force, and supersedes the older one', async () => {
  const { cloud, stack } = await setup.applied();

  await stack.apply('t2', 's1');

  expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  expect(setup.ledgerOf(cloud).owner).toMatchObject({ transaction: 't2', confirmed: true });
});

test('repairs drift with a repeated confirmed attempt, which leaves nothing armed and confirms itself', async () => {
  const { cloud, stack } = await setup.applied();
  cloud.ses.give(setup.DOMAIN);

  const result = await stack.signing('t1', 's1');

  expect(result.changed).toBe(true);
  expect(result.reverts_at).toBeUndefined();
  expect(cloud.scheduler.pending()).toEqual([]);
  expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, owner: { transaction: 't1', confirmed: true } });
});

test.each<[string, (cloud: FakeCloud) => unknown, string, string, RegExp]>([
  [
    'does not carry our tag',
    ({ ses }) => jest.spyOn(ses, 'state').mockReturnValue({ ...ses.state(setup.DOMAIN)!, managed: false }),
    'ACCESS_DENIED',
    'not tagged byodkim=managed',
    /^ses:Put|^scheduler:/,
  ],
  [
    'SES does not have',
    ({ ses }) => ses.remove(setup.DOMAIN),
    'IDENTITY_NOT_FOUND',
    `SES has no identity ${setup.DOMAIN} in ap-northeast-1.`,
    /^ses:Put|^scheduler:/,
  ],
  [
    'cannot have its revert armed',
    ({ calls }) => calls.addFault({ action: 'scheduler:CreateSchedule', times: 9, error: FAILURES.denied() }),
    'ACCESS_DENIED',
    'SES was not touched. The function is not allowed to call scheduler:CreateSchedule on schedule byodkim-example.com-',
    /^ses:Put/,
  ],
])('refuses an identity that %s before any change', async (_, spoil, code, words, never) => {
  const { cloud, stack } = setup.given();
  spoil(cloud);

  const failure = await setup.failure(stack.signing('t1', 's1'));

  expect(failure).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(cloud.calls.count(never)).toBe(0);
  expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, baseline: null, owner: null, lease: null });
});

test('refuses a delegated name that is not an alias of the name in our zone, whatever key is published', async () => {
  const allow = JSON.stringify({ aliasZones: ['dkim.example.net'] });
  const { cloud, stack } = setup.given({ environment: { allow } });
  const rotation = { records: ['s1'], delegation: { zone: 'dkim.example.net', selectors: ['s1', 's2'] } };

  const { code, message } = await setup.failure(stack.signing('t1', 's1', { rotation }));

  expect(code).toBe('DNS_TXT_NOT_READY');
  expect(message).toMatch(
    /^s1\._domainkey\.example\.com must be a CNAME to \S+\. Found: ns1\.example\.net \(192\.0\.2\.1:53\) has none; ns2\S+ \S+ has none\. Publish this CNAME/,
  );
  expect(cloud.calls.count(setup.SES_PUT)).toBe(0);
});

test('waits for DNS as long as the later phases keep their time', async () => {
  const { cloud, stack } = setup.given();
  setup.unpublish(cloud, 's1');
  const began = cloud.clock.now();

  const { code } = await setup.failure(stack.signing('t1', 's1', { gate: { waitSeconds: 240 } }));

  expect(code).toBe('DNS_TXT_NOT_READY');
  expect(Math.round((cloud.clock.now() - began) / 10_000)).toBe(18);
});

test.each([
  ['an armed schedule that seemed to fail', { action: 'scheduler:CreateSchedule', when: 'after' }],
  ['a schedule whose change could not be opened', { action: 's3:PutObject', nth: 2, when: 'before' }],
  ['a schedule whose change seemed not to be opened', { action: 's3:PutObject', nth: 2, when: 'after' }],
] as const)('%s finds SES as it was', async (_, fault) => {
  const cloud = setup.givenCloud();
  cloud.calls.addFault(fault);

  const { message } = await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

  expect(message).toContain('SES was not touched.');
  cloud.calls.clearFaults();
  await cloud.fireAll();
  await setup.expectEnded(cloud, 'AWS_SES on');
  expect(cloud.calls.count(/^ses:Put/)).toBe(0);
});

describe('a key that was overwritten under the selector in force', () => {
  test('fails with KEY_REPLACED, even if the record of the earlier key was replaced too', async () => {
    const { cloud, stack } = await setup.applied();
    setup.replaceKey(cloud, 's1', newTestKey());

    const { code, message } = await setup.failure(stack.signing('t2', 's1'));

    expect(code).toBe('KEY_REPLACED');
    expect(message).toContain('use a new selector');
    expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  });

  test('is Put if that is allowed', async () => {
    const cloud = setup.givenCloud();
    const stack = new setup.Stack(cloud, { irreversible: 'allow' });
    await stack.apply('t1', 's1');
    const key = setup.replaceKey(cloud, 's1', newTestKey());

    await stack.apply('t2', 's1');

    expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(key.publicKey.spki);
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });
});

describe('where SES shows no selector', () => {
  const shownNone = tamper({ tokens: [] });
  const showsIt = (selector: string) => tamper({ tokens: [selector] });

  test.each<[string, Step, string]>([
    ['a rotation is still made', inTurn(apply('t1', 's1'), shownNone, apply('t2', 's2')), 's2'],
    [
      'a failed rotation is still undone',
      inTurn(apply('t1', 's1'), shownNone, sign('t2', 's2'), shownNone, fire),
      's1',
    ],
    [
      'what is in force is not Put again',
      inTurn(apply('t1', 's1'), shownNone, apply('t2', 's1'), ({ cloud }) =>
        expect(cloud.calls.count(setup.SES_PUT)).toBe(1),
      ),
      's1',
    ],
  ])('%s', (_, played, selector) => expectEnd(inTurn(played, showsIt(selector)), `EXTERNAL ${selector} on`));
});

test.each([
  ['an attempt repeated right after its Put, which SES does not show yet,', sign('t1', 's1'), 'NOT_STARTED'],
  ['a confirmed one repeated while SES misses the record', apply('t1', 's1'), 'TEMPORARY_FAILURE'],
  [
    'one that had nothing to change, repeated then',
    inTurn(S1_BY_HAND, sign('t1', 's1')),
    'TEMPORARY_FAILURE',
  ],
])('%s puts nothing again, and does not confirm itself', async (_, before, status) => {
  const given = setup.given();
  await inTurn(before, tamper({ status }))(given);
  const [puts, { owner }] = [given.cloud.calls.count(setup.SES_PUT), setup.ledgerOf(given.cloud)];

  await sign('t1', 's1', {}, { statusCode: 200 })(given);

  expect(given.cloud.calls.count(setup.SES_PUT)).toBe(puts);
  expect(setup.ledgerOf(given.cloud).owner).toEqual(owner);
});

test('answers a rotation with the version of its key, and how long the earlier record must stay', async () => {
  const { cloud, stack } = await setup.applied();

  expect(await stack.signing('t2', 's2')).toMatchObject({
    key_version: setup.ledgerOf(cloud).open!.wanted.key.versionId,
    retiring: { selector: 's1', until: '2025-09-25' },
  });
});

test('keeps the record of an apply whose plan did not see another run that was about to set its selector', async () => {
  const { cloud, stack } = setup.given();
  const publishes = (...records: string[]) => ({ rotation: { records } });
  await stack.signing('t1', 's1', publishes('s1'));
  const puts = cloud.calls.count(setup.SES_PUT);

  await steps.failsWith(sign('t2', 's2', publishes('s2')), 'RECORD_STILL_NEEDED')({ cloud, stack });
  expect(cloud.calls.count(setup.SES_PUT)).toBe(puts);
  await sign('t2', 's2', publishes('s2', 's1'), { statusCode: 200 })({ cloud, stack });
});

test('keeps in the ledger the stack’s DNS settings and its MAIL FROM domain', async () => {
  const { cloud, stack } = setup.given();
  const domain = `bounce.${setup.DOMAIN}`;
  cloud.dns.publishOther(domain, 'MX', '10 feedback-smtp.ap-northeast-1.amazonses.com');
  cloud.dns.publishOther(domain, 'TXT', 'v=spf1 include:amazonses.com ~all');

  await stack.signing('t1', 's1', { gate: { strict: true }, mailFrom: { subdomain: 'bounce' } });

  expect(setup.ledgerOf(cloud).open?.owner).toMatchObject({
    gate: { strict: true },
    mailFrom: { domain, onMxFailure: 'use-default' },
  });
});

test.each([
  ['that signs', apply('t1', 's1')],
  ['of before the first apply', inTurn(S1_BY_HAND, apply('t0', 's3'))],
])('refuses a record with the key of an earlier selector %s, and names that selector', async (_, step) => {
  const given = setup.given();
  const { cloud, stack } = given;
  cloud.giveKey(setup.DOMAIN, 's3');
  await step(given);
  cloud.dns.publish(recordName(setup.DOMAIN, 's2'), recordValue(testKey('s1').publicKey));

  const { code, message } = await setup.failure(stack.signing('t2', 's2'));

  expect(code).toBe('DNS_KEY_MISMATCH');
  expect(message).toContain('The published key is the one of selector s1.');
});
