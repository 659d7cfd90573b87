import { ACTIONS } from '../../handlers/contract';
import { FAILURES, FakeCloud, testKey } from '../support/world';

const UPDATE = { action: 'update_ses_byodkim_automated', domain: 'example.com', selector: 'selector1' };
const NAME = 'selector1._domainkey.example.com';

const readyCloud = (): FakeCloud => {
  const cloud = new FakeCloud();
  cloud.ses.give('example.com');
  cloud.giveKey('example.com', 'selector1');
  return cloud;
};

describe("the old runbook's call", () => {
  test('gets the answer that it always got, and more after it', async () => {
    const answer = await readyCloud().invoke(UPDATE);
    const { timestamp, ...rest } = answer;
    expect(Object.entries(rest).slice(0, 7)).toEqual([
      ['statusCode', 200],
      ['message', 'SES BYODKIM update completed successfully'],
      ['domain', 'example.com'],
      ['selector', 'selector1'],
      ['final_dkim_status', 'SUCCESS'],
      ['signing_origin', 'EXTERNAL'],
      ['automation_type', 'lambda_extension'],
    ]);
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Object.keys(answer).slice(0, 8)).toEqual([
      'statusCode',
      'message',
      'domain',
      'selector',
      'final_dkim_status',
      'signing_origin',
      'timestamp',
      'automation_type',
    ]);
  });

  test('says that SES has not verified yet', async () => {
    const cloud = readyCloud();
    cloud.ses.verifySeconds = 600;
    expect(await cloud.invoke(UPDATE)).toMatchObject({
      statusCode: 200,
      message: expect.stringContaining('SES has not verified the record yet'),
      final_dkim_status: 'PENDING',
      signing_origin: 'EXTERNAL',
    });
  });

  test('takes place, gate and verification along', async () => {
    const cloud = new FakeCloud({
      environment: {
        allow: JSON.stringify({ recursive: true }),
        alsoRead: JSON.stringify(['other-store/keys/', 'other-store/records/']),
      },
    });
    cloud.ses.give('example.com');
    const key = testKey('elsewhere');
    cloud.s3.write('other-store', 'keys/k.pem', key.pem);
    cloud.s3.write('other-store', 'records/r.json', '{}');
    cloud.dns.publish(NAME, key.value);
    const keyStore = { bucket: 'other-store', privateKey: 'keys/k.pem', dnsRecords: 'records/r.json' };
    const answer = await cloud.invoke({
      ...UPDATE,
      keyStore,
      gate: { mode: 'recursive', waitSeconds: 5 },
      verification: { timeoutMinutes: 30 },
    });
    expect(answer).toMatchObject({ final_dkim_status: 'SUCCESS', fingerprint: key.publicKey.fingerprint });
  });
});

describe('the old call that fails', () => {
  test('because the record is not there yet gets the words that it always got', async () => {
    const cloud = readyCloud();
    cloud.dns.unpublish(NAME);
    const answer = await cloud.invoke(UPDATE);
    expect(Object.keys(answer)).toEqual(['statusCode', 'error', 'message', 'advice', 'details']);
    expect(answer).toMatchObject({ statusCode: 400, error: 'DNS_TXT_NOT_READY' });
    expect(answer.message).toMatch(
      /^DNS TXT record for selector1\._domainkey\.example\.com is not yet available\. Please wait for DNS propagation\./,
    );
    expect(cloud.calls.count(/^ses:/)).toBe(0);
  });

  test.each<[string, number, (cloud: FakeCloud) => void]>([
    ['DNS_KEY_MISMATCH', 400, (cloud) => cloud.dns.publish(NAME, testKey('other').value)],
    ['DNS_TXT_INVALID', 400, (cloud) => cloud.dns.publish(NAME, 'v=DKIM1; p=')],
    [
      'DNS_LOOKUP_FAILED',
      503,
      (cloud) => {
        for (const server of cloud.dns.servers) cloud.dns.silent.add(server);
      },
    ],
    ['CERTIFICATE_NOT_FOUND', 404, (cloud) => cloud.s3.removeBucket('key-store')],
    [
      'CERTIFICATE_INVALID',
      422,
      (cloud) =>
        cloud.s3.write('key-store', 'dkim-certificates/example.com/selector1/private_key.pem', 'no key'),
    ],
    ['IDENTITY_NOT_FOUND', 404, (cloud) => cloud.ses.remove('example.com')],
    [
      'ACCESS_DENIED',
      403,
      (cloud) => cloud.calls.addFault({ action: 's3:GetObject', times: 9, error: FAILURES.denied() }),
    ],
    [
      'DEPENDENCY_FAILED',
      502,
      (cloud) => cloud.calls.addFault({ action: 's3:GetObject', resource: /private_key/ }),
    ],
    ['SES_UPDATE_FAILED', 502, (cloud) => cloud.calls.addFault({ action: /ses:Put/ })],
  ])('is answered with %s and status %i', async (error, statusCode, breakIt) => {
    const cloud = readyCloud();
    breakIt(cloud);
    expect(await cloud.invoke(UPDATE)).toMatchObject({ statusCode, error, message: expect.any(String) });
    // After a Put without an answer the revert looks once more.
    await cloud.fireAll();
    expect(cloud.ses.state('example.com')?.origin).not.toBe('EXTERNAL');
  });

  test('because its action is unknown gets the list of those there are', async () => {
    const answer = await readyCloud().invoke({ ...UPDATE, action: 'phase_manager' });
    expect(answer).toMatchObject({ statusCode: 400, error: 'UNSUPPORTED_ACTION' });
    for (const action of Object.values(ACTIONS)) expect(answer.message).toContain(action);
  });

  test('because it is malformed gets every field', async () => {
    const answer = await readyCloud().invoke({ action: UPDATE.action, domain: 'localhost' });
    expect(answer).toMatchObject({
      statusCode: 400,
      error: 'VALIDATION_ERROR',
      details: { fields: ['domain', 'selector'] },
    });
  });
});

describe('an error', () => {
  const tf = { action: 'create' };

  test.each<[string, object]>([
    ['a resource', { resource: 'DnsGate', transaction: 't1', domain: 'a.example', selector: 's1', tf }],
    ['a malformed resource', { resource: 'Gate', tf }],
    ['something that only Terraform can have sent', { domain: 'a.example', tf }],
  ])('is thrown to Terraform: %s', async (_, event) => {
    await expect(readyCloud().invoke(event)).rejects.toMatchObject({
      name: expect.stringMatching(/^[A-Z_]+$/),
    });
  });

  test('of a revert is thrown to the schedule', async () => {
    const cloud = readyCloud();
    await cloud.invoke({ ...UPDATE, action: undefined, resource: 'Signing', transaction: 't1', tf });
    const { payload } = cloud.scheduler.pending()[0]!;
    cloud.calls.addFault({ action: /ses:/, times: 9 });
    await expect(cloud.invoke(payload)).rejects.toThrow();
  });

  test.each([[null], ['text'], [[]], [{}], [{ action: 'nonsense' }]])(
    'of a direct call is answered: %j',
    async (event) => {
      expect(await readyCloud().invoke(event)).toMatchObject({ statusCode: 400 });
    },
  );

  test('that is unexpected gets a code, and is in the log', async () => {
    const cloud = readyCloud();
    cloud.calls.addFault({ action: 's3:GetObject', error: new TypeError('x is undefined') });
    const answer = await cloud.invoke({ action: 'status', domain: 'example.com' });
    expect(answer).toMatchObject({ error: 'DEPENDENCY_FAILED' });
    expect(cloud.log.at(-1)).toMatchObject({
      level: 'error',
      message: 'Failed',
      fields: { code: 'DEPENDENCY_FAILED' },
    });
  });
});

test('no answer, log or ledger holds a piece of the key', async () => {
  const cloud = readyCloud();
  const { der, publicKey } = testKey('selector1');
  const answers = [
    await cloud.invoke(UPDATE),
    await cloud.invoke({ action: 'status', domain: 'example.com' }),
  ];
  const ledgers = cloud.s3.everything('key-store').filter(({ key }) => key.startsWith('byodkim-ledger/'));
  const text = JSON.stringify([answers, cloud.log, ledgers]);
  for (let i = 0; i + 24 <= der.length; i += 1) {
    const run = der.slice(i, i + 24);
    if (!publicKey.spki.includes(run)) expect(text.includes(run)).toBe(false);
  }
});
