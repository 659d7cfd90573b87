import { recordName } from '../../handlers/contract/contract';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import { Deployment, passed } from '../support/deployment';

const DAY_MS = 24 * 3_600_000;
const DOMAINS = ['example.com', 'mail.example.com', 'news.example.com'];
const S1 = { selector: 's1', createKey: true };

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.start({}, { topics: { audit: 'create' } });
  await passed(deployment.deployControl());
  for (const domain of DOMAINS) {
    const { record } = await deployment.invoke({ action: 'create_key', domain, selector: 's1' });
    deployment.dns.setTxt(record.name, record.value);
    await passed(deployment.deploy(domain, S1));
  }
});
afterAll(() => deployment.close());

/** Titles of what the audit sends from now on. */
const follow = (): (() => (string | undefined)[]) => {
  const before = deployment.notices('audit').length;
  return () =>
    deployment
      .notices('audit')
      .slice(before)
      .map(({ subject }) => subject);
};

const audits = (): number =>
  deployment.sandbox
    .service<SchedulerService>('scheduler')
    .firings()
    .filter(({ scheduleArn }) => scheduleArn.endsWith('ses-byodkim-audit')).length;

/** Lets a day pass, and an audit with it. */
async function nextDay(): Promise<void> {
  const before = audits();
  await deployment.sandbox.clock.advance(DAY_MS);
  expect(audits()).toBe(before + 1);
}

/** The last one of all domains. */
async function lastReport(): Promise<any> {
  const reports: any[] = [];
  for (const key of await deployment.objects('byodkim-audit/'))
    reports.push(JSON.parse((await deployment.read(key))!));
  return reports
    .filter(({ whole }) => whole)
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .at(-1);
}

describe('the daily audit of a deployed control stack', () => {
  it('notifies of what is new, the worst first, and once when it is fixed', async () => {
    const [gone, drifted] = DOMAINS;
    const first = follow();
    await nextDay();
    expect(first()).toEqual(['DKIM audit: no problems (3 domains)']);
    const name = recordName(gone!, 's1');
    const record = (await deployment.invoke({ action: 'record', domain: gone, selector: 's1' })).record;
    deployment.dns.removeTxt(name);
    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      EmailIdentity: drifted,
      SigningAttributesOrigin: 'AWS_SES',
    });
    const sent = follow();
    await nextDay();
    // CloudTrail shows the one within minutes.
    expect(sent()).toEqual([
      `DKIM audit: URGENT: 1 new (${drifted})`,
      expect.stringMatching(new RegExp(`^DKIM audit: URGENT: \\d new \\(${gone}\\)$`)),
    ]);
    const { message } = deployment.notices('audit').at(-1)!;
    expect(message).toMatch(/URGENT[\s\S]*example\.com[\s\S]*To do: /);
    expect(message).toContain(name);
    const { domains } = await lastReport();
    expect(domains.map(({ severity }: any) => severity)).toEqual([
      ...domains.slice(0, 2).map(() => expect.any(String)),
      null,
    ]);
    expect(
      Object.fromEntries(
        domains.map(({ domain, findings }: any) => [domain, findings.map(({ code }: any) => code)]),
      ),
    ).toEqual({
      [gone!]: expect.arrayContaining(['RECORD_MISSING']),
      [drifted!]: ['DRIFT'],
      [DOMAINS[2]!]: [],
    });

    // Once the DNS team and the next deploys have mended it, it is silent again.
    deployment.dns.setTxt(name, record.value);
    for (const domain of [gone!, drifted!]) await passed(deployment.deploy(domain, S1));
    const later = follow();
    await nextDay();
    await nextDay();
    expect(later()).toEqual([expect.stringMatching(/^DKIM audit: \d resolved \(.* and 1 more\)$/)]);

    // Each wrote the metric that the alarm watches, which notifies the same topic.
    const { MetricAlarms } = await deployment.sandbox.call('cloudwatch', 'DescribeAlarms', {});
    const { Namespace, MetricName, Dimensions, AlarmActions } = MetricAlarms.find(
      ({ AlarmName }: { AlarmName: string }) => AlarmName.endsWith('-domains-needing-attention'),
    );
    expect(AlarmActions).toEqual([expect.stringMatching(/:ses-byodkim-audit$/)]);
    const written = deployment.logs
      .filter((line) => line.includes('"CloudWatchMetrics"'))
      .map((line) => JSON.parse(line));
    const values = written.map((metric) => {
      const [{ Namespace: namespace, Metrics, Dimensions: names }] = metric._aws.CloudWatchMetrics;
      expect({ namespace, metric: Metrics[0].Name }).toEqual({ namespace: Namespace, metric: MetricName });
      expect(names[0].map((Name: string) => ({ Name, Value: metric[Name] }))).toEqual(Dimensions);
      return metric[MetricName];
    });
    expect(values).toEqual([0, 2, 0, 0]);
  });
});
