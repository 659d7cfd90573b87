import { AUDIT_METRIC, IDENTITY_TAG } from '../../handlers/contract';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { LogsService } from '../../packages/sandbox/aws/services/logs';
import type { SnsService } from '../../packages/sandbox/aws/services/sns';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { BUCKET, deployBuiltFunction, FUNCTION, LOG_GROUP } from '../support/built-function';

const DOMAIN = 'example.com';
const SELECTOR = 'selector1';
const PLACE = { domain: DOMAIN, selector: SELECTOR };

let dns: DnsServer;
let sandbox: Sandbox;
const topics: Record<'dns' | 'result' | 'audit', string> = { dns: '', result: '', audit: '' };

/** The built zip, in a simulated account, with the very policy that the stack gives it, enforced. */
beforeAll(async () => {
  dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
  sandbox = await startSandbox({ dns: [dns.address] });
  for (const name of ['dns', 'result', 'audit'] as const)
    topics[name] = (await sandbox.call('sns', 'CreateTopic', { Name: name })).TopicArn;
  await deployBuiltFunction(
    sandbox,
    {
      BYODKIM_DNS_TOPIC_ARN: topics.dns,
      BYODKIM_RESULT_TOPIC_ARN: topics.result,
      BYODKIM_AUDIT_TOPIC_ARN: topics.audit,
    },
    {
      BYODKIM_NOTICE_LANGUAGE: 'ja',
      BYODKIM_NOTICE_CONTACT: 'platform@example.com',
      BYODKIM_GATE: JSON.stringify({ nameservers: [dns.address], resolvers: [] }),
    },
  );
  await sandbox.call('ses', 'CreateEmailIdentity', {
    EmailIdentity: DOMAIN,
    Tags: [{ Key: IDENTITY_TAG.key, Value: IDENTITY_TAG.value }],
  });
});

afterAll(async () => {
  await sandbox?.close();
  await dns?.close();
});

async function invoke(event: object): Promise<any> {
  const output = await sandbox.call('lambda', 'Invoke', {
    FunctionName: FUNCTION,
    Payload: Buffer.from(JSON.stringify(event)),
  });
  return JSON.parse(Buffer.from(output.Payload).toString());
}

const messages = (topic: keyof typeof topics) => sandbox.service<SnsService>('sns').messages(topics[topic]);

const read = async (object: string): Promise<string> => {
  const { Body } = await sandbox.call('s3', 'GetObject', { Bucket: BUCKET, Key: object });
  return Buffer.isBuffer(Body) || Body instanceof Uint8Array ? Buffer.from(Body).toString() : String(Body);
};

/** The old runbook from its beginning to its end, by direct calls of the deployed function. */
describe('on the deployed function', () => {
  let record: { name: string; value: string; fingerprint: string };

  test('a key is made, and the DNS team is notified in its language', async () => {
    const answer = await invoke({ action: 'create_key', ...PLACE });

    expect(answer).toMatchObject({ statusCode: 200, created: true, notice: { sent: true }, warnings: [] });
    record = answer.record;
    expect(record.value).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,392}={0,2}$/);
    const [notice] = messages('dns');
    expect(notice).toMatchObject({ subject: 'DNS record to publish for example.com (DKIM)' });
    expect(notice!.message).toContain('ご連絡先: platform@example.com');
    expect(notice!.message).toContain(record.value);
    expect(await invoke({ action: 'create_key', ...PLACE })).toMatchObject({ created: false, record });
    expect(messages('dns')).toHaveLength(1);
  });

  test('the change is refused until the record is published', async () => {
    const update = { action: 'update_ses_byodkim_automated', ...PLACE };
    expect(await invoke(update)).toMatchObject({ statusCode: 400, error: 'DNS_TXT_NOT_READY' });

    dns.setTxt(record.name, record.value);

    expect(await invoke(update)).toMatchObject({
      statusCode: 200,
      message: 'SES BYODKIM update completed successfully',
      final_dkim_status: 'SUCCESS',
      signing_origin: 'EXTERNAL',
      automation_type: 'lambda_extension',
      fingerprint: record.fingerprint,
      notice: { sent: true },
    });
    expect(messages('result').map(({ subject }) => subject)).toEqual([
      'DKIM change failed: example.com (DNS_TXT_NOT_READY)',
      'DKIM changed: example.com (selector1, SUCCESS)',
    ]);
  });

  test('an audit is silent, then finds what was broken; its metric is in the log', async () => {
    expect(await invoke({ action: 'audit' })).toMatchObject({ audited: 1, needingAttention: 0 });
    expect(messages('audit')).toEqual([]);
    dns.removeTxt(record.name);

    const answer = await invoke({ action: 'audit' });

    expect(answer).toMatchObject({ audited: 1, needingAttention: 1, notice: { sent: true } });
    expect(messages('audit')).toMatchObject([{ subject: 'DKIM audit: 1 of 1 domains needs attention' }]);
    const report = JSON.parse(await read(answer.report.replace(`s3://${BUCKET}/`, '')));
    expect(report).toMatchObject({ complete: true, domains: [{ domain: DOMAIN, severity: 'urgent' }] });
    const metrics = sandbox
      .service<LogsService>('logs')
      .events(LOG_GROUP)
      .map(({ message }) => message)
      .filter((message) => message.includes('"CloudWatchMetrics"'))
      .map((message) => JSON.parse(message)[AUDIT_METRIC.metricName]);
    expect(metrics).toEqual([0, 1]);
  });

  test('the DNS team is notified again on request', async () => {
    await sandbox.clock.advance(10 * 60_000);
    expect(await invoke({ action: 'notify_dns_team', ...PLACE })).toMatchObject({ notice: { sent: true } });
    expect(messages('dns')).toHaveLength(2);
  });

  test('no piece of the key is in a notice or in the log', async () => {
    const pem = await read(`dkim-certificates/${DOMAIN}/${SELECTOR}/private_key.pem`);
    const der = pem.replace(/-----.*-----|\s/g, '');
    const sent = (Object.keys(topics) as (keyof typeof topics)[]).flatMap((topic) => messages(topic));
    const text = JSON.stringify([sent, sandbox.service<LogsService>('logs').events(LOG_GROUP)]);
    for (let i = 0; i + 24 <= der.length; i += 1) {
      const run = der.slice(i, i + 24);
      if (!record.value.includes(run)) expect(text.includes(run)).toBe(false);
    }
    expect(der.length).toBeGreaterThan(1500);
  });
});
