import { execFileSync } from 'node:child_process';
import type { PublishedMessage, SnsService } from '../../packages/sandbox/aws/services/sns';
import { ListDeployment } from '../support/list-deployment';

const DOMAIN = 'a.example.com';
const TOPICS = { dns: 'create', result: 'create', audit: 'create' };

/** A notice that nobody gets is not reported as sent to somebody, and each command leads to where it is read. */
describe('topics without readers', () => {
  let deployment: ListDeployment;
  const call = (operation: string, input: object) => deployment.stage.sandbox.call('sns', operation, input);

  /** Runs the `aws sns subscribe` command of an output for each topic, and clicks the link in the message that it sends. */
  async function subscribeAsPrinted(output: string, address: string): Promise<number> {
    const [, Protocol] = output.match(
      /aws sns subscribe --region \S+ --topic-arn TOPIC --protocol (\S+) --notification-endpoint ADDRESS/,
    )!;
    const topics = [...output.matchAll(/^ {2}(arn:aws:sns:\S+) +nobody: /gm)];
    for (const [, TopicArn] of topics) {
      const input = { TopicArn, Protocol, Endpoint: address, ReturnSubscriptionArn: true };
      const { SubscriptionArn } = await call('Subscribe', input);
      const Token = SubscriptionArn.split(':').at(-1).replaceAll('-', '');
      await call('ConfirmSubscription', { TopicArn, Token });
    }
    return topics.length;
  }

  const sent = (): PublishedMessage[] => {
    const sns = deployment.stage.sandbox.service<SnsService>('sns');
    return sns.topics().flatMap(({ arn }) => sns.messages(arn));
  };

  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN]);
    deployment.writeList({}, { topics: TOPICS });
  });
  afterAll(() => deployment.close());

  it('are reported with the command that subscribes a reader, until they have one', async () => {
    const made = await deployment.run('deploy', deployment.control, '--yes');
    expect(made.exitCode).toBe(0);

    const unread = await deployment.run('key', 'create', DOMAIN);
    expect(unread.output).toContain('Nobody gets it: the topic of the DNS team has no confirmed subscriber');
    expect(sent().map(({ to }) => to)).toEqual([[]]);
    expect((await deployment.run('status')).output).toContain('aws sns subscribe');

    expect(await subscribeAsPrinted(made.output, 'team@example.com')).toBe(3);

    const read = await deployment.run('key', 'create', DOMAIN);
    expect(read.output).toContain('The topic of the DNS team has 1 confirmed subscriber.');
    expect(sent().at(-1)!.to).toEqual(['team@example.com']);
    expect((await deployment.run('status')).output).not.toContain('aws sns subscribe');
    const again = await deployment.run('deploy', deployment.control, '--yes');
    expect(again.output).not.toContain('aws sns subscribe');
  });

  it('are reported as such by a review before a list removes them', async () => {
    execFileSync(
      'sh',
      [
        '-c',
        'git init -q . && git add domains.yaml && git -c user.name=a -c user.email=a@example.com commit -qm list',
      ],
      { cwd: deployment.stage.folder },
    );
    deployment.writeList({}, { topics: { dns: 'create', result: 'create' } });
    const { exitCode, output } = await deployment.run('review', '--no-aws');
    expect(output).toContain(
      'Nobody hears of a finding, a failed rollback or an alarm: the deploy deletes the topic audit with its subscriptions and all alarms.',
    );
    expect(exitCode).toBe(2);
  });

  it('get readers from the list, each of whom confirms', async () => {
    const audit = { subscribers: ['ops@example.com', 'arn:aws:sqs:ap-northeast-1:123456789012:ops'] };
    deployment.writeList({}, { topics: { ...TOPICS, audit } });
    const { exitCode, output } = await deployment.run('deploy', deployment.control, '--yes');
    expect(`${exitCode} ${output}`).toMatch(/^0 .*done: 2 added/s);
    expect((await deployment.run('deploy', deployment.control, '--yes')).output).toContain('unchanged');
  });

  it('are asked again by the deploy of a domain once SNS has forgotten them', async () => {
    const deploy = async () => (await deployment.run('deploy', DOMAIN, '--yes')).output;
    const asked = 'AWS has asked again, since they were not subscribed: ops@example.com.';
    expect(await deploy()).not.toContain(asked);
    await deployment.stage.sandbox.clock.advance(48 * 3_600_000);
    const output = await deploy();
    expect(output).toContain('the list names subscribers that are not subscribed: ops@example.com.');
    expect(output).toContain(asked);
    expect(await deploy()).toContain('not planned: unchanged since it was applied');
  });

  it('are named if they leave the list before they confirm', async () => {
    const audit = { subscribers: ['arn:aws:sqs:ap-northeast-1:123456789012:ops'] };
    deployment.writeList({}, { topics: { ...TOPICS, audit } });
    const { output } = await deployment.run('deploy', deployment.control, '--yes');
    expect(output).toMatch(/The list does not name ops@example\.com, but .* can still confirm/);
  });
});
