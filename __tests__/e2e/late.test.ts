import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import type { ByodkimIdentity } from '../../constructs';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { receive } from '../../packages/sandbox/mail/receive';
import { Deployment, failed, passed } from '../support/deployment';
import { other, otherOf } from '../support/failing-resource';
import type { Extend } from '../support/workplace';

const MINUTE_MS = 60_000;
const PUT = 'ses:PutEmailIdentityDkimSigningAttributes';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.start({}, { topics: { result: 'create' } });
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());

const S1 = { selector: 's1', identity: 'existing' };
const S2 = { selector: 's2', identity: 'existing' };

/** The zip under its policies, the real engine, and a SES that takes its time. */
describe('a change that SES verifies late, through the real engine', () => {
  let ses: SesService;
  let domains = 0;
  let domain: string;

  const atOnce = () => ses.pace({ delayMs: 0, ending: 'asPublished' });

  beforeAll(() => {
    ses = deployment.sandbox.service<SesService>('ses');
    deployment.shortenSleeps(0.02);
  });
  afterAll(atOnce);

  /** A domain that signs with s1, before SES becomes slow. */
  beforeEach(async () => {
    atOnce();
    domain = `d${domains++}.example.com`;
    await deployment.ready(domain, 's1', 's2');
    await deployment.createIdentity(domain);
    await passed(deployment.deploy(domain, S1, value('1')));
  });

  const value = (text: string) => other(text, otherOf(domain));
  const pass = (minutes: number) => deployment.sandbox.clock.advance(minutes * MINUTE_MS);
  const status = async () => (await deployment.dkim(domain)).Status;
  const notices = () =>
    deployment
      .notices('result')
      .map(({ subject }) => subject)
      .filter((subject) => subject?.includes(domain));

  const verifiedOf = (name: string): string => `verified-${otherOf(name)}`;
  /** A topic that is named for the identity, once SES has verified it. */
  const verifiedName: Extend = (stack) => {
    const identity = stack.node.findChild('Identity') as ByodkimIdentity;
    new SnsTopic(stack, 'Verified', { name: verifiedOf(domain), displayName: identity.verifiedIdentityArn });
  };
  const topicNames = async (): Promise<string[]> => {
    const { Topics = [] } = await deployment.sandbox.call('sns', 'ListTopics', {});
    return Topics.map(({ TopicArn }: { TopicArn: string }) => TopicArn.split(':').at(-1));
  };

  /** Who has signed a mail that is sent now, as its receiver finds it. */
  async function signer(): Promise<string> {
    await deployment.sandbox.call('ses', 'SendEmail', {
      FromEmailAddress: `ops@${domain}`,
      Destination: { ToAddresses: [`reader@${domain}`] },
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Who signed this?' } } } },
    });
    const { raw } = ses.mailbox.to(`reader@${domain}`).at(-1)!;
    const [signature] = await receive(raw, [deployment.dns.address]);
    return signature === undefined ? 'nobody' : `${signature.selector}, ${signature.result}`;
  }

  it('is rolled back when SES never does, and the plan says why', async () => {
    ses.pace({ ending: 'never' });
    await passed(deployment.deploy(domain, S2, value('2')));
    await pass(65);
    ses.pace({ ending: 'asPublished' });
    expect([await status(), await signer()]).toEqual(['SUCCESS', 's1, pass']);
    expect(deployment.armed(domain)).toEqual([]);
    expect(notices()).toContain(`DKIM rolled back: ${domain} (s2 was not verified)`);

    // An apply shows its plan first.
    const again = await passed(deployment.deploy(domain, S2, value('2')));
    expect(again.output).toContain('drift-unverified-1x-see-verification.timeoutMinutes');
    expect([await status(), await signer()]).toEqual(['SUCCESS', 's2, pass']);
    await passed(deployment.plan(domain, S2, value('2')));
  });

  it('is not done before SES says so if that is required: what needs the identity comes after it', async () => {
    const required = { ...S2, verification: { required: true } };
    ses.pace({ delayMs: 20 * MINUTE_MS });
    const output = await failed(deployment.deploy(domain, required, verifiedName));
    expect(output).toContain('VERIFICATION_PENDING');
    expect([await status(), deployment.armed(domain).length]).toEqual(['PENDING', 1]);
    expect(await topicNames()).not.toContain(verifiedOf(domain));

    await pass(30);
    expect(await status()).toBe('SUCCESS');
    const puts = () => deployment.sandbox.calls.filter(({ operation }) => operation === PUT).length;
    const before = puts();
    await passed(deployment.deploy(domain, required, verifiedName));
    expect(puts()).toBe(before);
    expect(await topicNames()).toContain(verifiedOf(domain));
    await passed(deployment.plan(domain, required, verifiedName));

    atOnce();
    await passed(deployment.destroy(domain, required, verifiedName));
    expect(await topicNames()).not.toContain(verifiedOf(domain));
    expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    expect(deployment.armed(domain)).toEqual([]);
  });
});
