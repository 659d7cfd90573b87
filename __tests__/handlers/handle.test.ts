import { FakeCloud, testKey } from '../support/world';

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
    await cloud.invoke({ ...UPDATE, action: undefined, resource: 'Signing', transaction: 't1', stack: 'B1' });
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
