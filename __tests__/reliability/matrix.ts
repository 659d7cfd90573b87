import type { Fault } from '../../packages/sandbox/aws/service';
import type { Cloud, Scenario, Subject } from './cloud';
import { scenarios } from './scenarios';
import { PROMPT, type World } from './worlds';

/** What can happen to a call. Throttling and 500 last; the rest strikes once. */
export const KINDS: readonly Pick<Fault, 'kind' | 'times'>[] = [
  { kind: 'throttle' },
  { kind: 'error500' },
  { kind: 'resetBefore', times: 1 },
  { kind: 'resetAfter', times: 1 },
  { kind: 'hang', times: 1 },
  { kind: 'killBefore', times: 1 },
  { kind: 'killAfter', times: 1 },
];

/** One scenario, one of its calls, one thing that happens to it. */
export interface Cell {
  readonly scenario: Scenario;
  readonly fault: Fault;
}

export interface CellResult extends Cell {
  /** How the run under the fault ended: `done`, or the error's code. */
  readonly ended: string;
  readonly afterwards: string;
  /** Applies (or destroys) that it took until there was nothing to do. */
  readonly applies: number;
  /** Empty: every promise was kept. */
  readonly broken: readonly string[];
}

const CONCURRENCY = 12;
const CONVERGES_WITHIN = 2;

/**
 * Every cell there is: the calls are those that a run without faults makes.
 * @param part of the scenarios. @default all
 */
export async function cells(
  cloud: Cloud,
  world: World,
  part: (scenario: Scenario, index: number) => boolean = () => true,
): Promise<Cell[]> {
  const all: Cell[] = [];
  const possible = ({ begin }: Scenario) => begin === undefined || world !== PROMPT;
  for (const scenario of scenarios.filter((each, index) => possible(each) && part(each, index)))
    for (const call of await cloud.calls(scenario, world))
      for (const kind of KINDS) all.push({ scenario, fault: { ...call, ...kind } });
  return all;
}

/**
 * Runs cells side by side, each on a domain of its own, in phases: under the fault; then time passes, so that armed
 * reverts fire and SES comes to its end; then again without faults until nothing is left to do.
 */
export async function runCells(cloud: Cloud, chosen: readonly Cell[], world: World): Promise<CellResult[]> {
  const subjects = await inParallel(chosen, async ({ scenario }) => {
    const subject = await cloud.subject();
    await scenario.prepare(cloud, subject);
    cloud.mail.begin(subject.domain);
    return subject;
  });
  cloud.keepPace(world);
  await inParallel(chosen, async ({ scenario }, index) => scenario.begin?.(cloud, subjects[index]!));
  const ended = await inParallel(chosen, (cell, index) => underFault(cloud, cell, subjects[index]!));
  await cloud.letTimePass(world);
  const afterwards = await inParallel(chosen, (_, index) => cloud.state(subjects[index]!));
  const mailed = await inParallel(chosen, (_, index) => cloud.mailProblems(subjects[index]!));
  cloud.keepPace(world);
  const settled = await inParallel(chosen, ({ scenario }, index) =>
    settle(cloud, scenario, subjects[index]!),
  );
  await cloud.letTimePass(world);
  return inParallel(chosen, async (cell, index) => {
    const subject = subjects[index]!;
    const { before } = cell.scenario;
    const wanted = world.verifies || cell.scenario.wanted === 'easy' ? cell.scenario.wanted : before;
    const finally_ = await cloud.state(subject);
    const { applies, error } = settled[index]!;
    const broken = [
      ...(afterwards[index] === before || afterwards[index] === cell.scenario.wanted
        ? []
        : [`SES was neither as before nor as wanted: ${afterwards[index]}`]),
      ...(finally_ === wanted ? [] : [`SES ended with ${finally_}, expected ${wanted}`]),
      ...(error === undefined ? [] : [`did not converge: ${error}`]),
      ...mailed[index]!,
      ...(await cloud.mailProblems(subject)),
      ...(await cloud.residue(subject)),
    ];
    return { ...cell, ended: ended[index]!, afterwards: afterwards[index]!, applies, broken };
  });
}

async function underFault(cloud: Cloud, { scenario, fault }: Cell, subject: Subject): Promise<string> {
  const whole = fault.operation === 's3:ListObjectsV2' ? {} : { resourceIncludes: subject.domain };
  const handle = cloud.sandbox.faults.add({ ...fault, ...whole });
  try {
    await scenario.run(cloud, subject);
    return handle.hits > 0 ? 'done' : 'not struck';
  } catch (error) {
    return (error as Error).name;
  } finally {
    handle.remove();
  }
}

async function settle(
  cloud: Cloud,
  scenario: Scenario,
  subject: Subject,
): Promise<{ applies: number; error?: string }> {
  let error: string | undefined;
  for (let applies = 1; applies <= CONVERGES_WITHIN; applies++) {
    try {
      await scenario.again(cloud, subject);
      error = (await scenario.plansNothing(subject)) ? undefined : 'the plan is not empty';
    } catch (thrown) {
      error = `${(thrown as Error).name}: ${(thrown as Error).message}`;
    }
    if (error === undefined) return { applies };
  }
  return { applies: CONVERGES_WITHIN, error };
}

async function inParallel<In, Out>(items: readonly In[], work: (item: In, index: number) => Promise<Out>) {
  const results = new Array<Out>(items.length);
  let next = 0;
  // Each needs a process of the function, which takes as long to start as a cell.
  const beside = Math.min(CONCURRENCY, Math.ceil(items.length / 3));
  const lanes = Array.from({ length: beside }, async () => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index]!, index);
  });
  await Promise.all(lanes);
  return results;
}
