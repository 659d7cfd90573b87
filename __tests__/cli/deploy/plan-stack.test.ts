import type { Deployment } from '../../../cli/deploy/deployment';
import { planStack } from '../../../cli/deploy/plan-stack';
import { meaningOfPlan } from '../../../cli/deploy/report';
import { parseState } from '../../../cli/engine/applied-state';
import { CONTRACT_REVISION } from '../../../handlers/contract/contract';
import { REVISION_OUTPUT } from '../../../list/domain-list';
import { parseDomainList } from '../../../list/read-list';

const list = parseDomainList(
  'defaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: , example.org: }\n',
  'domains.yaml',
);
const twins = { listed: { stack: 'example.com' }, unlisted: { stack: 'example.com@us-east-1' } };

/** Plans a stack with an engine that finds no changes. */
async function plan(
  action: Deployment['action'],
  stack: string,
  more: Partial<Pick<Deployment, 'states' | 'approve'>> = {},
) {
  const planned: string[] = [];
  const end = { exitCode: 0, output: '', errors: [], changes: [], counts: undefined };
  const workspace = {
    plan: async (of: string) => {
      planned.push(of);
      return end;
    },
  };
  const { outcome } = await planStack(
    {
      ...{ action, list, workspace, states: new Map() },
      unlisted: { stacks: [], renamed: [], twins: [twins] },
      signal: new AbortController().signal,
      ...more,
    } as unknown as Deployment,
    stack,
  );
  return { outcome, planned };
}

it.each(['deploy', 'diff', 'destroy'] as const)(
  'refuses to %s an entry that is deployed under another name as well, since both have its identity',
  async (action) => {
    const { outcome, planned } = await plan(action, 'example.com');
    expect(planned).toEqual([]);
    expect(outcome).toMatchObject({ ended: 'refused', errors: [{ code: 'DEPLOYED_TWICE' }] });
    expect(outcome.errors[0]!.advice).toContain('example.com@us-east-1.tfstate.aside');
    expect((await plan(action, 'example.org')).outcome.ended).toBe('unchanged');
  },
);

describe('a control stack that a newer checkout has deployed', () => {
  const control = 'byodkim-control-us-east-1';
  const deployedWith = (value: number) => {
    const state = { version: 4, outputs: { [REVISION_OUTPUT]: { value } } };
    return { states: new Map([[control, parseState(JSON.stringify(state), 1)!]]) };
  };
  const newer = deployedWith(CONTRACT_REVISION + 1);

  it.each(['deploy', 'diff'] as const)(
    'refuses to %s it, since the older function would replace the newer one',
    async (action) => {
      const { outcome, planned } = await plan(action, control, newer);
      expect(planned).toEqual([]);
      expect(outcome).toMatchObject({ ended: 'refused', errors: [{ code: 'CHECKOUT_OUTDATED' }] });
      expect(outcome.errors[0]!.message).toContain(
        `${control}: deployed with revision ${CONTRACT_REVISION + 1} of the contract, this checkout has ${CONTRACT_REVISION}`,
      );
      expect((await plan(action, control, deployedWith(CONTRACT_REVISION))).outcome.ended).not.toBe(
        'refused',
      );
    },
  );

  it('plans it for a person who approves, and says so, since going back may be on purpose', async () => {
    const { planned } = await plan('deploy', control, { ...newer, approve: async () => true });
    expect(planned).toEqual([control]);
    expect(meaningOfPlan({ action: 'deploy', list, ...newer }, control, [])).toContain(
      'CAUTION: replaces a newer function',
    );
  });

  it('plans its destroy, which replaces no function', async () => {
    expect((await plan('destroy', control, newer)).planned).toEqual([control]);
  });
});
