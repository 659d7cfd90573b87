/** What an engine takes for broken and a deploy keeps: the state is written after a person has approved. */
import type { Deployment } from '../../../cli/deploy/deployment';
import { runStacks } from '../../../cli/deploy/run-stacks';
import type { EngineEnd, PlannedChange } from '../../../cli/engine/engine';
import type { Cli } from '../../../cli/world/cli';
import { parseDomainList } from '../../../list/read-list';

const STACK = 'example.com';
const IDENTITY = 'aws_sesv2_email_identity.Identity_EmailIdentity_1A2B3C4D';
const SIGNING = 'aws_lambda_invocation.Identity_Signing_1A2B3C4D';
const OTHER = 'aws_sns_topic.Mine_1A2B3C4D';
const LIST = parseDomainList(
  `defaults: { region: eu-west-1, selector: s1 }\ndomains: { ${STACK}: }\n`,
  'domains.yaml',
);
const TAINTED: PlannedChange = { address: IDENTITY, action: 'replace', reason: 'tainted' };
const SIGN: PlannedChange = { address: SIGNING, action: 'replace' };

const end = (changes: readonly PlannedChange[]): EngineEnd => ({
  exitCode: changes.length === 0 ? 0 : 2,
  verified: undefined,
  output: '',
  errors: [],
  changes,
  counts: { add: 0, change: 0, remove: 0 },
});

/** Deploys a stack with a tainted identity. @param kept the plan once it is untainted @returns each step, in order */
async function deployed(kept: readonly PlannedChange[], answer?: boolean) {
  const steps: string[] = [];
  const workspace = {
    plan: async () => {
      steps.push('plan');
      return end(steps.includes('untaint') ? kept : [TAINTED, SIGN]);
    },
    untaint: async (_: string, addresses: readonly string[]) => {
      steps.push('untaint');
      return addresses;
    },
    apply: async () => {
      steps.push('apply');
      return end([]);
    },
  };
  const { signal } = new AbortController();
  const invoke = async () => ({ payload: { statusCode: 404 } });
  const out = { write: () => {}, progress: { during: (_: object, work: Promise<unknown>) => work } };
  const approve = async () => {
    steps.push('ask');
    return answer;
  };
  const deployment = {
    cli: { world: { clock: { now: () => 0 }, env: {}, signal, invoke }, out } as unknown as Cli,
    ...{
      workspace,
      list: LIST,
      action: 'deploy',
      atOnce: 1,
      states: new Map([[STACK, { tainted: [IDENTITY], invocations: [], resources: [] }]]),
      unnamedControls: [],
      signal,
    },
    unlisted: { stacks: [], renamed: [], twins: [] },
    pace: { turn: async () => {}, spent: () => {} },
    ...(answer !== undefined && { approve }),
  } as unknown as Deployment;
  const [outcome] = await runStacks(deployment, [STACK]);
  return { steps, outcome: outcome! };
}

describe('a tainted object', () => {
  it('is untainted after approval, and planned again', async () => {
    const { steps, outcome } = await deployed([SIGN], true);
    expect(steps).toEqual(['plan', 'ask', 'untaint', 'plan', 'apply']);
    expect(outcome.ended).toBe('done');
  });

  it('stays as it is if the plan is declined', async () => {
    const { steps, outcome } = await deployed([SIGN], false);
    expect(steps).toEqual(['plan', 'ask']);
    expect(outcome).toMatchObject({ ended: 'not-begun', reason: { code: 'NOT_APPROVED' } });
  });

  it('is untainted at once if nobody is asked', async () => {
    expect((await deployed([SIGN])).steps).toEqual(['untaint', 'plan', 'apply']);
  });

  it('ends the deploy as unchanged if nothing else is to be done', async () => {
    const { steps, outcome } = await deployed([], true);
    expect(steps).toEqual(['plan', 'ask', 'untaint', 'plan']);
    expect(outcome.ended).toBe('unchanged');
  });

  it('causes no change that was not approved', async () => {
    const { steps, outcome } = await deployed([SIGN, { address: OTHER, action: 'delete' }], true);
    expect(steps).not.toContain('apply');
    expect(outcome).toMatchObject({
      ended: 'not-begun',
      reason: { code: 'PLAN_WIDENED', facts: { addresses: [OTHER] } },
    });
  });

  it('is refused after approval if the rest of the plan breaks a rule', async () => {
    const { steps, outcome } = await deployed([{ address: IDENTITY, action: 'delete' }], true);
    expect(steps).not.toContain('apply');
    expect(outcome).toMatchObject({ ended: 'refused', errors: [{ code: 'IDENTITY_PROTECTED' }] });
  });
});
