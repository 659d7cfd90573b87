import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { receive } from '../../packages/sandbox/mail/receive';
import { Deployment, failed, passed } from '../support/deployment';
import { other, whileOtherFails } from '../support/failing-resource';

const MINUTE_MS = 60_000;
const CHANGES = 2;
const S1 = { selector: 's1', identity: 'existing' };
const S2 = { selector: 's2', identity: 'existing' };

/** The zip under its policies, the real engine, and a SES that takes its time. */
describe('a change that SES verifies late, through the real engine', () => {
  let deployment: Deployment;
  let ses: SesService;
  let domains = 0;
  let domain: string;

  beforeAll(async () => {
    deployment = await Deployment.start(
      { lambda: { sleep: { factor: 0.02 } } },
      { topics: { result: 'create' } },
    );
    await passed(deployment.deployControl());
    ses = deployment.sandbox.service<SesService>('ses');
  });
  afterAll(() => deployment.close());

  /** A domain that signs with s1, before SES becomes slow. */
  beforeEach(async () => {
    ses.pace({ delayMs: 0, ending: 'asPublished' });
    domain = `d${domains++}.example.com`;
    await deployment.ready(domain, 's1', 's2');
    await deployment.createIdentity(domain);
    await passed(deployment.deploy(domain, S1, value('1')));
  });

  const value = (text: string) => other(text, `/other/${domain}`);
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

  it('is done when SES says so: armed until then, planned as nothing, told at the end', async () => {
    expect(await signer()).toBe('s1, pass');
    ses.pace({ delayMs: 20 * MINUTE_MS });
    await passed(deployment.deploy(domain, S2, value('2')));

    expect([await status(), await signer()]).toEqual(['PENDING', 'nobody']);
    expect(deployment.armed(domain)).toHaveLength(1);
    await passed(deployment.plan(domain, S2, value('2')));
    await pass(12);
    expect([await status(), await signer()]).toEqual(['PENDING', 'nobody']);
    expect(deployment.armed(domain)).toHaveLength(1);
    await passed(deployment.plan(domain, S2, value('2')));

    await pass(30);
    expect([await status(), await signer()]).toEqual(['SUCCESS', 's2, pass']);
    expect(deployment.armed(domain)).toEqual([]);
    expect(await deployment.ledger(domain)).toMatchObject({ open: null, inForce: { selector: 's2' } });
    expect(notices()).toContain(`DKIM verified: ${domain} (s2)`);
    await passed(deployment.plan(domain, S2, value('2')));
  });

  it('is put back when SES never does, and the plan says why; after a second time it says that, too', async () => {
    ses.pace({ ending: 'never' });
    await passed(deployment.deploy(domain, S2, value('2')));
    await pass(65);
    ses.pace({ ending: 'asPublished' });
    expect([await status(), await signer()]).toEqual(['SUCCESS', 's1, pass']);
    expect(deployment.armed(domain)).toEqual([]);
    expect(notices()).toContain(`DKIM put back: ${domain} (s2 was not verified)`);
    const once = await deployment.plan(domain, S2, value('2'));
    expect(once).toMatchObject({
      exitCode: CHANGES,
      output: expect.stringContaining('drift-unverified-1x-see-verification.timeoutMinutes'),
    });

    ses.pace({ ending: 'never' });
    await passed(deployment.deploy(domain, S2, value('2')));
    await passed(deployment.plan(domain, S2, value('2')));
    await pass(65);
    ses.pace({ ending: 'asPublished' });
    const twice = await deployment.plan(domain, S2, value('2'));
    expect(twice.output).toContain('drift-unverified-2x-see-verification.timeoutMinutes');
    const [message] = deployment.notices('result').slice(-1);
    expect(message!.message).toContain('2 times in a row now');

    // Longer, as it says, and it stays.
    await passed(deployment.deploy(domain, S2, value('2')));
    expect([await status(), await signer()]).toEqual(['SUCCESS', 's2, pass']);
    await passed(deployment.plan(domain, S2, value('2')));
  });

  it.each(['before', 'after'])(
    'is confirmed by a retry %s the schedule fired, and done when SES is',
    async (when) => {
      ses.pace({ delayMs: 20 * MINUTE_MS });
      await whileOtherFails(deployment, () => failed(deployment.deploy(domain, S2, value('2'))));
      if (when === 'after') await pass(15);
      await passed(deployment.deploy(domain, S2, value('2')));
      expect(await status()).toBe('PENDING');
      await pass(50);
      expect([await status(), await signer()]).toEqual(['SUCCESS', 's2, pass']);
      expect(deployment.armed(domain)).toEqual([]);
      await passed(deployment.plan(domain, S2, value('2')));
    },
  );

  it('goes back to what was before all when it is destroyed while SES looks', async () => {
    ses.pace({ delayMs: 20 * MINUTE_MS });
    await passed(deployment.deploy(domain, S2, value('2')));
    await passed(deployment.destroy(domain, S2, value('2')));
    await pass(90);
    expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    expect(deployment.armed(domain)).toEqual([]);
  });
});
