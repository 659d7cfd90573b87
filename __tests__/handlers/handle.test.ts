import { FakeCloud } from '../support/world';

const UPDATE = { action: 'update_ses_byodkim_automated', domain: 'example.com', selector: 'selector1' };
const NAME = 'selector1._domainkey.example.com';

const readyCloud = (): FakeCloud => {
  const cloud = new FakeCloud();
  cloud.ses.give('example.com');
  cloud.giveKey('example.com', 'selector1');
  return cloud;
};

describe('a call of the old runbook', () => {
  test('returns its traditional answer, with more after it', async () => {
    const answer = await readyCloud().invoke(UPDATE);
    expect(Object.entries(answer).slice(0, 8)).toEqual([
      ['statusCode', 200],
      ['message', 'SES BYODKIM update completed successfully'],
      ['domain', 'example.com'],
      ['selector', 'selector1'],
      ['final_dkim_status', 'SUCCESS'],
      ['signing_origin', 'EXTERNAL'],
      ['timestamp', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)],
      ['automation_type', 'lambda_extension'],
    ]);
  });

  test('that fails on a missing record returns its traditional message', async () => {
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
  test('is thrown to Terraform, named by its code', async () => {
    const event = { resource: 'DnsGate', transaction: 't1', domain: 'a.example', selector: 's1' };
    await expect(readyCloud().invoke(event)).rejects.toMatchObject({ name: 'CERTIFICATE_NOT_FOUND' });
  });

  test('in a revert is thrown to the schedule', async () => {
    const cloud = readyCloud();
    await cloud.invoke({ ...UPDATE, action: undefined, resource: 'Signing', transaction: 't1', stack: 'B1' });
    const { payload } = cloud.scheduler.pending()[0]!;
    cloud.calls.addFault({ action: /ses:/, times: 9 });
    await expect(cloud.invoke(payload)).rejects.toThrow();
  });

  test.each([[null], ['text'], [[]], [{}], [{ action: 'nonsense' }]])(
    'in a direct call is returned: %j',
    async (event) => {
      expect(await readyCloud().invoke(event)).toMatchObject({ statusCode: 400 });
    },
  );

  test('without a code gets one, and is in the log', async () => {
    const cloud = readyCloud();
    cloud.calls.addFault({ action: 's3:GetObject', error: new TypeError('x is undefined') });
    const answer = await cloud.invoke({ action: 'status', domain: 'example.com' });
    expect(answer).toMatchObject({ error: 'DEPENDENCY_FAILED' });
    expect(cloud.log.at(-1)).toMatchObject({
      level: 'error',
      event: 'failed',
      fields: { code: 'DEPENDENCY_FAILED' },
    });
  });
});
