import type { Deployment } from '../../../cli/deploy/deployment';
import { planStack } from '../../../cli/deploy/plan-stack';
import { parseDomainList } from '../../../list/read-list';

const list = parseDomainList(
  'defaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: , example.org: }\n',
  'domains.yaml',
);
const twins = { listed: { stack: 'example.com' }, unlisted: { stack: 'example.com@us-east-1' } };

/** Plans a stack with an engine that finds no changes. */
async function plan(action: Deployment['action'], stack: string) {
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
