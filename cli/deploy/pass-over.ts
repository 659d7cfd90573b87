/** Finds the entries that need no engine: unchanged ones cost nothing, unknown ones are planned. */
import { deployHelps } from '../../handlers/audit/finding';
import type { KnownDomain } from '../../handlers/audit/status';
import { MINUTE_MS } from '../../handlers/clock';
import { controlStackId } from '../../list/domain-list';
import type { KnownEngine } from '../../packages/engine/engine-version';
import type { AppliedState } from '../engine/applied-state';
import { type Configuration, readConfiguration } from '../engine/workspace';
import { CliError } from '../errors/cli-error';
import { SES_INTERVAL_MS } from '../pace/ses-pace';
import { askKnown } from '../target/known';
import { formatDuration, grouped, several } from '../words/format';
import type { CliWorld } from '../world/world';
import type { Deployment } from './deployment';
import { type Outcome, outcome } from './outcome';

/** All that decides whether an entry is planned. */
export interface EntryFacts {
  readonly configuration: Configuration;
  readonly state: AppliedState | undefined;
  readonly known: KnownDomain | CliError | undefined;
  readonly selector: string;
  readonly engine: Pick<KnownEngine, 'kind'>;
}

/** Returns why a stack is not as it was applied; `null`: its state says that this configuration was applied to its end. */
export function whyNotAsApplied({
  configuration,
  state,
  engine,
}: Pick<EntryFacts, 'configuration' | 'state' | 'engine'>): string | null {
  if (state?.hash === undefined || configuration.hash === undefined) return 'not applied to its end yet';
  if (state.hash !== configuration.hash) return 'its configuration has changed';
  if (!state.isWhole || state.resources.join() !== configuration.resources.join())
    return 'the last deploy left something to do';
  if (state.engine !== undefined && state.engine.kind !== engine.kind) return 'another engine has applied it';
  return null;
}

/** Returns why an entry is planned; `null`: it was applied like this, and is in step by what is known. */
export function whyPlanned(facts: EntryFacts): string | null {
  const { state, known, selector } = facts;
  const why = whyNotAsApplied(facts);
  if (why !== null) return why;
  if (known === undefined) return 'nothing is known of it';
  if (known instanceof CliError) return `what is known could not be read (${known.code})`;
  if (!known.isManaged) return 'it has no ledger';
  if (known.why !== null) return known.why;
  if (known.asOf === null || known.ses?.status !== 'SUCCESS' || known.drifted || known.unverified !== null)
    return 'SES was not in step when it was seen last';
  if (!known.confirmed || known.selector !== selector) return 'something else is in force';
  if (known.changedByOthersAt !== null && Date.parse(known.changedByOthersAt) > state!.writtenAt)
    return `the identity was changed outside this project at ${known.changedByOthersAt}`;
  const found = known.findings.find(({ code }) => deployHelps(code) !== 'no help');
  return found === undefined ? null : `the audit has found ${found.code}`;
}

/** Whether the environment has the engine use another state, or other settings, than the list says. */
const isAsElsewhere = (env: CliWorld['env']): boolean =>
  Object.keys(env).some((name) => /^TF_(WORKSPACE$|CLI_ARGS)/.test(name));

/** Returns the outcomes of the control stacks that nobody has named and that are as they were applied. */
export function passOverControls({
  cli: { world },
  workspace,
  states,
  unnamedControls,
}: Deployment): Outcome[] {
  if (isAsElsewhere(world.env)) return [];
  const asApplied = unnamedControls.filter((stack) => {
    const configuration = readConfiguration(workspace.at.outdir, stack);
    return whyNotAsApplied({ configuration, state: states.get(stack), engine: workspace.at.engine }) === null;
  });
  return asApplied.map((stack) => outcome(stack, 'unchanged', 'not planned: as it was applied'));
}

/**
 * Returns the outcomes of the entries of the list that need no engine, and prints what that rests on.
 * @param made how the control stacks have ended: entries of one that is not unchanged are planned
 */
export async function passOver(
  { cli: { world, out }, list, workspace, states }: Deployment,
  made: readonly Outcome[],
): Promise<Outcome[]> {
  const changed = made.filter(({ ended }) => ended !== 'unchanged').map(({ stack }) => stack);
  const isElsewhere = isAsElsewhere(world.env);
  const stacks = list.domains.map(({ stack }) => stack);
  const known = await askKnown(world, list, stacks);
  const planned: [why: string, stack: string][] = [];
  const passed: { stack: string; asOf: string }[] = [];
  for (const { stack, region, selector } of list.domains) {
    const facts = {
      configuration: readConfiguration(workspace.at.outdir, stack),
      state: states.get(stack),
      known: known.get(stack),
      selector,
      engine: workspace.at.engine,
    };
    const why = changed.includes(controlStackId(region))
      ? 'its control stack has just changed'
      : isElsewhere
        ? 'TF_WORKSPACE or TF_CLI_ARGS is set'
        : whyPlanned(facts);
    if (why === null) passed.push({ stack, asOf: (facts.known as KnownDomain).asOf! });
    else planned.push([why, stack]);
  }
  for (const [why, of] of grouped(planned)) out.write(`Planned: ${several(of)}: ${why}.\n`);
  const [oldest] = passed.map(({ asOf }) => asOf).sort();
  if (oldest !== undefined)
    out.write(
      `${passed.length === 1 ? '1 entry is' : `${passed.length} entries are`} not planned: applied as the list has it, and ` +
        `signing and MAIL FROM in step when last seen, at ${oldest} or later (${formatDuration(world.clock.now() - Date.parse(oldest))} ago); ` +
        'of senders, feedback and tags what CloudTrail shows. SES was not asked. ' +
        `--refresh plans all, roles included, which takes about ${formatDuration(Math.max(MINUTE_MS, stacks.length * PLAN_MS))}.\n`,
    );
  return passed.map(({ stack, asOf }) =>
    outcome(
      stack,
      'unchanged',
      `not planned: as it was applied; its signing was in step with SES at ${asOf}`,
    ),
  );
}

/** A plan asks SES twice. */
const PLAN_MS = 2 * SES_INTERVAL_MS;
