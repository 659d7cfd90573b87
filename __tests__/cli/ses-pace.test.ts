import { callsOfApply, callsOfPlan, SesPace } from '../../cli/ses-pace';

/** Turns that are taken at once, and when each began. */
async function begin(...turns: [region: string, calls: number][]): Promise<number[]> {
  const begun: number[] = [];
  let slept = 0;
  const pace = new SesPace({
    now: () => 0,
    sleep: async (ms) => {
      slept = ms;
    },
  });
  for (const turn of turns) {
    slept = 0;
    await pace.turn(...turn);
    begun.push(slept);
  }
  return begun;
}

it('spaces what is asked at once by its calls', async () => {
  expect(await begin(['eu-west-1', 2], ['eu-west-1', 3], ['eu-west-1', 1])).toEqual([0, 2_200, 5_500]);
});

it.each<[string, [string, number]]>([
  ['another region', ['us-east-1', 2]],
  ['what asks SES nothing', ['eu-west-1', 0]],
])('does not hold up %s', async (_, turn) => {
  expect(await begin(['eu-west-1', 2], turn)).toEqual([0, 0]);
});

const IDENTITY = 'aws_sesv2_email_identity.Identity_82CD8A15';
const MAIL_FROM = 'aws_sesv2_email_identity_mail_from_attributes.Identity_MailFrom_0A1B2C3D';
const SIGNING = 'aws_lambda_invocation.Identity_Signing_0A1B2C3D';
const GATE = 'aws_lambda_invocation.Identity_DnsGate_B5B35204';
const state = (...resources: string[]) => ({ resources, isWhole: true, registries: [], writtenAt: 0 });

it.each([
  ['a first deploy', undefined, 0],
  ['a stack that was destroyed', state(), 0],
  ['a stack', state(GATE, IDENTITY, SIGNING), 2],
  ['a stack with a MAIL FROM domain', state(GATE, IDENTITY, MAIL_FROM, SIGNING), 3],
])('a plan of %s', (_, applied, calls) => {
  expect(callsOfPlan(applied)).toBe(calls);
});

it.each([
  ['a first deploy', [GATE, IDENTITY, SIGNING].map((address) => ({ address, action: 'create' })), 3],
  ['a rotation', [GATE, SIGNING].map((address) => ({ address, action: 'replace' })), 2],
  ['a destroy', [GATE, IDENTITY, SIGNING].map((address) => ({ address, action: 'delete' })), 1],
  ['nothing', [], 0],
])('an apply of %s', (_, changes, calls) => {
  expect(callsOfApply(changes)).toBe(calls);
});
