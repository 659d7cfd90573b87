import { setTimeout as sleep } from 'node:timers/promises';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import type { ByodkimIdentity } from '../../constructs';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import type { EngineRun } from '../../packages/sandbox/engine/run-engine';
import { receive } from '../../packages/sandbox/mail/receive';
import { Deployment, FUNCTION, failed, passed } from '../support/deployment';
import { other, otherOf } from '../support/failing-resource';
import type { Extend } from '../support/workplace';

const ROLE = `${FUNCTION}-ap-northeast-1`;
const MINUTE_MS = 60_000;
const PUT = 'ses:PutEmailIdentityDkimSigningAttributes';
const NOBODY = {
  Effect: 'Deny',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'scheduler.amazonaws.com' },
};

let deployment: Deployment;
let control: EngineRun;

beforeAll(async () => {
  deployment = await Deployment.start({}, { topics: { result: 'create' } });
  arrivesAfter(1);
  control = await untilRefused(deployment.deployControl());
  await arrived();
});
afterAll(() => deployment.close());

/** What is changed from now on counts so much later. */
const arrivesAfter = (minutes: number) => {
  deployment.sandbox.arrival.delayMs = minutes * MINUTE_MS;
};
/** Whatever a test left on its way is there for the next one. */
async function arrived(): Promise<void> {
  arrivesAfter(0);
  await deployment.sandbox.clock.advance(60 * MINUTE_MS);
}
/** Makes one change that does. */
async function late(minutes: number, change: () => Promise<unknown>): Promise<void> {
  arrivesAfter(minutes);
  await change();
  arrivesAfter(0);
}

/** Lets what is on its way arrive when somebody has been refused for it. */
async function untilRefused(running: Promise<EngineRun>): Promise<EngineRun> {
  const { calls, clock } = deployment.sandbox;
  const from = calls.length;
  const refused = () =>
    calls.slice(from).some(({ outcome }) => /AccessDenied|InvalidParameter|Validation/.test(outcome));
  let over = false;
  const ended = running.finally(() => {
    over = true;
  });
  while (!over && !refused()) await sleep(10);
  expect(refused()).toBe(true);
  await clock.advance(MINUTE_MS);
  return ended;
}

const iam = (operation: string, input: object) => deployment.sandbox.call('iam', operation, input);

/** As if the control stack had just been made: what it put counts only later. */
const LATE: readonly [what: string, makeLate: (minutes: number) => Promise<void>][] = [
  [
    "the function's policy",
    async (minutes) => {
      const { PolicyNames } = await iam('ListRolePolicies', { RoleName: ROLE });
      const policy = { RoleName: ROLE, PolicyName: PolicyNames[0] };
      const { PolicyDocument } = await iam('GetRolePolicy', policy);
      await iam('DeleteRolePolicy', policy);
      await late(minutes, () =>
        iam('PutRolePolicy', { ...policy, PolicyDocument: decodeURIComponent(PolicyDocument) }),
      );
    },
  ],
  [
    "the trust of the schedules' role",
    async (minutes) => {
      const RoleName = `${ROLE}-scheduler`;
      const { Role } = await iam('GetRole', { RoleName });
      const put = (PolicyDocument: string) => iam('UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
      await put(JSON.stringify({ Version: '2012-10-17', Statement: [NOBODY] }));
      await late(minutes, () => put(decodeURIComponent(Role.AssumeRolePolicyDocument)));
    },
  ],
  ['the tag of the identity', async (minutes) => arrivesAfter(minutes)],
];

describe('what counts for AWS only some time after it was set', () => {
  afterEach(arrived);

  it('the control stack is made, though its roles can be assumed only a minute later', async () => {
    await passed(Promise.resolve(control));
  });

  it.each(LATE)('%s that arrives late is waited for', async (what, makeLate) => {
    const domain = `${what.replace(/\W+/g, '-')}.example.com`;
    await deployment.ready(domain, 's1');
    await makeLate(1);
    await passed(untilRefused(deployment.deploy(domain, { selector: 's1' })));

    expect(await deployment.dkim(domain)).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
  });
});

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

  it('is done when SES says so: armed until then, planned as nothing, told at the end', async () => {
    expect(await signer()).toBe('s1, pass');
    ses.pace({ delayMs: 20 * MINUTE_MS });
    await passed(deployment.deploy(domain, S2, value('2')));

    expect([await status(), await signer()]).toEqual(['PENDING', 'nobody']);
    expect(deployment.armed(domain)).toHaveLength(1);
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

  it('is not done before SES says so, where that is required: what needs a verified identity comes after it', async () => {
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
