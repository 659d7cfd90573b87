import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineRun } from '../../packages/sandbox/engine/run-engine';
import { Deployment, FUNCTION, failed, passed } from '../support/deployment';

const ROLE = `${FUNCTION}-ap-northeast-1`;
const MINUTE_MS = 60_000;
const NOBODY = {
  Effect: 'Deny',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'scheduler.amazonaws.com' },
};

let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.start({ lambda: { sleep: { factor: 0.05 } } });
});
afterAll(() => deployment.close());
afterEach(async () => {
  arrivesAfter(0);
  // Whatever a test left on its way is there for the next one.
  await deployment.sandbox.clock.advance(60 * MINUTE_MS);
});

/** What is changed from now on counts so much later. */
const arrivesAfter = (minutes: number) => {
  deployment.sandbox.arrival.delayMs = minutes * MINUTE_MS;
};
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
const LATE: readonly [what: string, makeLate: (minutes: number) => Promise<void>, denied: RegExp][] = [
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
    /ACCESS_DENIED.*(s3:GetObject|ses:GetEmailIdentity)/s,
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
    /must allow AWS EventBridge Scheduler to assume the role/,
  ],
  [
    'the tag of the identity',
    async (minutes) => arrivesAfter(minutes),
    /ACCESS_DENIED.*ses:PutEmailIdentityDkimSigningAttributes/s,
  ],
];
const domainOf = (what: string, ending: string) => `${what.replace(/\W+/g, '-')}-${ending}.example.com`;

it('the control stack is made, though its roles can be assumed only a minute later', async () => {
  arrivesAfter(1);
  await passed(untilRefused(deployment.deployControl()));
});

describe.each(LATE)('%s', (what, makeLate, denied) => {
  it('that arrives late is waited for', async () => {
    const domain = domainOf(what, 'late');
    await deployment.ready(domain, 's1');
    await makeLate(1);
    await passed(untilRefused(deployment.deploy(domain, { selector: 's1' })));

    expect(await deployment.dkim(domain)).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
  });

  it('that never arrives ends in a refusal that says so, and nothing is changed', async () => {
    const domain = domainOf(what, 'never');
    await deployment.ready(domain, 's1');
    await makeLate(60);
    const output = await failed(deployment.deploy(domain, { selector: 's1' }));

    expect(output.replace(/\n(│ )?/g, ' ')).toMatch(denied);
    expect(output).toContain('arrive late');
    expect((await deployment.dkim(domain))?.SigningAttributesOrigin ?? 'AWS_SES').toBe('AWS_SES');
    expect(deployment.armed(domain)).toEqual([]);
  });
});

it("a key is made as soon as the function's policy has arrived", async () => {
  const [, makeLate] = LATE[0]!;
  await makeLate(1);
  const output = await failed(
    untilRefused(deployment.deploy('made.example.com', { selector: 's1', createKey: true })),
  );

  expect(output).toContain('DNS_TXT_NOT_READY');
  expect(await deployment.objects('dkim-certificates/made.example.com/')).toHaveLength(1);
});
