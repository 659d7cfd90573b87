import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { receive } from '../../packages/sandbox/mail/receive';
import { Deployment, passed } from '../support/deployment';
import { other, otherOf } from '../support/failing-resource';

const MINUTE_MS = 60_000;

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
});
