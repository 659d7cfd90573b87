import { stacksFor } from '../../../cli/deploy/choose';
import type { Deployment } from '../../../cli/deploy/deployment';
import { exitCodeOf } from '../../../cli/deploy/outcome';
import { runStacks } from '../../../cli/deploy/run-stacks';
import type { StackAction } from '../../../cli/engine/workspace';
import { EXIT } from '../../../cli/exit-codes';
import { UNLESS_ADOPTED } from '../../../cli/words/deploy';
import type { Outcome } from '../../../cli/words/outcomes';
import type { Cli } from '../../../cli/world/cli';
import { ACTIONS } from '../../../handlers/contract/contract';
import { BEFORE_A_PUT } from '../../../handlers/words/unsigned-mail';
import { isControlStack } from '../../../list/domain-list';
import { parseDomainList } from '../../../list/read-list';

/** Regions of one domain that sign with one key: the home stands last, and another domain between. */
const LIST = parseDomainList(
  `control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: eu-west-1, selector: s1 }
domains:
  example.com@us-east-1:
  example.com@us-east-2:
  example.org: { selector: s9 }
  example.com: { createKey: true }
`,
  'domains.yaml',
);
const CONTROL = 'byodkim-control-eu-west-1';
const ENTRIES = LIST.domains.map(({ stack }) => stack);

/** e.g. `done`, `not-begun: NEEDS example.com`. */
function endOf({ ended, reason }: Outcome): string {
  return 'stack' in reason.facts ? `${ended}: ${reason.code} ${reason.facts.stack}` : ended;
}

describe('stacks', () => {
  let begun: string[];
  let ended: string[];
  let outcomesOf: readonly Outcome[];
  let written: string;
  let asked: string[];

  /** Runs stacks of which some fail. @returns how each ended */
  async function run(
    action: StackAction,
    fails: readonly string[],
    {
      approve = false,
      atOnce = 4,
      list = LIST,
      names = [] as string[],
      interrupted = false,
      planned = 2,
      changes = [] as object[],
    } = {},
  ) {
    const controller = new AbortController();
    const { signal } = controller;
    const invoke = async ({
      payload: { action, domains },
    }: {
      payload: { action: string; domains?: [] };
    }) => {
      asked.push(action);
      if (interrupted) controller.abort();
      if (signal.aborted) return Promise.reject(signal.reason);
      if (domains === undefined) return { payload: { statusCode: 404 } };
      return { payload: { statusCode: 200, domains: domains.map(() => ({ findings: [], regions: [] })) } };
    };
    [begun, ended, written, asked] = [[], [], '', []];
    const end = (stack: string, exitCode: number) => ({
      exitCode: fails.includes(stack) ? 1 : exitCode,
      output: 'Error: it failed',
      errors: [],
      changes,
      counts: {},
    });
    const workspace = {
      plan: async (stack: string) => {
        if (action === 'diff' && fails.includes(stack))
          return { ...end(stack, 1), output: 'Error: Function not found: ses-byodkim' };
        return isControlStack(stack) && action === 'deploy' ? end(stack, 0) : end('', planned);
      },
      show: async () => '',
      planned: async () => [],
      apply: async (stack: string) => {
        begun.push(stack);
        await new Promise(setImmediate);
        ended.push(stack);
        return end(stack, 0);
      },
    };
    const write = (text: string) => {
      written += text;
    };
    const cli = {
      // An entry is planned if the environment picks another state.
      world: { clock: { now: () => 0 }, env: { TF_WORKSPACE: 'other' }, signal, invoke },
      out: { write, progress: { during: (_: object, work: Promise<unknown>) => work } },
    } as unknown as Cli;
    const deployment = {
      ...{ cli, workspace, list, action, atOnce },
      states: new Map(),
      unnamedControls: [],
      unlisted: { stacks: [], renamed: [], twins: [] },
      pace: { turn: async () => {} },
      ...{ signal, passesOver: (interrupted || planned === 0) && action === 'deploy' },
      ...(approve && { approve: async () => true }),
    } as unknown as Deployment;
    const outcomes = await runStacks(deployment, stacksFor(action, { names, all: true }, list));
    outcomesOf = outcomes;
    return Object.fromEntries(
      outcomes
        .filter(({ stack }) => !isControlStack(stack) || action === 'destroy')
        .map((each) => [each.stack, endOf(each)]),
    );
  }
  const needsHome = 'not-begun: NEEDS example.com';

  it.each([1, 4])('are deployed after their home, %i at once', async (atOnce) => {
    for (const approve of [false, true]) {
      const outcomes = await run('deploy', [], { approve, atOnce });
      expect(Object.values(outcomes)).toEqual(ENTRIES.map(() => 'done'));
      const others = ['example.com@us-east-1', 'example.com@us-east-2'];
      expect(begun.filter((stack) => others.includes(stack))).toEqual(others);
      expect(begun.indexOf('example.com@us-east-1')).toBeGreaterThanOrEqual(ended.indexOf('example.com') + 1);
    }
  });

  it.each([false, true])('are not begun if their home fails (a person approves: %s)', async (approve) => {
    expect(await run('deploy', ['example.com'], { approve })).toEqual({
      'example.com': 'failed',
      'example.com@us-east-1': needsHome,
      'example.com@us-east-2': needsHome,
      'example.org': 'done',
    });
  });

  it('are not begun if the control stack of their home fails', async () => {
    expect(await run('deploy', [CONTROL])).toEqual(
      Object.fromEntries(ENTRIES.map((stack) => [stack, `not-begun: NEEDS ${CONTROL}`])),
    );
  });

  it.each([false, true])('warn of mail before they are applied (a person approves: %s)', async (approve) => {
    const existing = {
      ...LIST,
      domains: LIST.domains.map((each) => ({ ...each, identity: 'existing' as const })),
    };
    const changes = [{ address: 'aws_lambda_invocation.Identity_Signing_1A2B3C4D', action: 'create' }];
    await run('deploy', [], { approve, list: existing, changes });
    expect(written.split(`${BEFORE_A_PUT} ${UNLESS_ADOPTED}`)).toHaveLength(ENTRIES.length + 1);
  });

  it('are deployed even if another of them fails', async () => {
    expect(await run('deploy', ['example.com@us-east-1'])).toMatchObject({
      'example.com': 'done',
      'example.com@us-east-1': 'failed',
      'example.com@us-east-2': 'done',
    });
  });

  it('are not planned before their control stack exists, and a diff of it does not fail', async () => {
    expect(await run('diff', ENTRIES)).toEqual(
      Object.fromEntries(
        ENTRIES.map((stack) => [stack, expect.stringMatching(/^not-begun: NEEDS byodkim-control-/)]),
      ),
    );
    expect(exitCodeOf(outcomesOf.find(({ stack }) => stack === 'example.com')!)).toBe(EXIT.ok);
    expect(written).not.toContain('failed');
  });

  it('are destroyed before their home, which stays if one of them remains', async () => {
    await run('destroy', [], { atOnce: 1 });
    expect(begun.at(-1)).toBe('example.com');
    const outcomes = await run('destroy', ['example.com@us-east-2']);
    expect(outcomes).toMatchObject({
      'example.com': 'not-begun: NEEDED_BY example.com@us-east-2',
      'example.org': 'done',
    });
    expect(begun).not.toContain('example.com');
  });

  it('are not destroyed while a remaining entry needs them, but those of other regions are', async () => {
    const names = [CONTROL, 'byodkim-control-us-east-1', 'byodkim-control-us-east-2'];
    expect(await run('destroy', ['example.com@us-east-2'], { names })).toMatchObject({
      [CONTROL]: 'not-begun: NEEDED_BY example.com',
      'byodkim-control-us-east-1': 'done',
      'byodkim-control-us-east-2': 'not-begun: NEEDED_BY example.com@us-east-2',
    });
  });

  it('are all in the result of a run that is interrupted while the function is being asked', async () => {
    for (const action of ['deploy', 'destroy'] as const)
      expect(Object.keys(await run(action, [], { interrupted: true })).sort()).toEqual([...ENTRIES].sort());
  });

  it('that are planned and unchanged are asked about once in each region', async () => {
    expect(Object.values(await run('deploy', [], { planned: 0 }))).toEqual(ENTRIES.map(() => 'unchanged'));
    expect(asked.filter((action) => action === ACTIONS.known)).toHaveLength(3);
  });

  it('are asked about after a change, without SES, and not in a diff', async () => {
    await run('deploy', []);
    expect(asked.filter((action) => action === ACTIONS.known)).toHaveLength(3);
    expect(asked).not.toContain(ACTIONS.status);
    await run('diff', []);
    expect(asked).toEqual([]);
  });

  it('of a list without entries are destroyed', async () => {
    const list = parseDomainList('defaults: { region: eu-west-1 }\ndomains: {}\n', 'domains.yaml');
    expect(await run('destroy', [], { list, names: [CONTROL] })).toEqual({ [CONTROL]: 'done' });
  });
});
