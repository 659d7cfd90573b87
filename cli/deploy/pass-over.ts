/** Finds the entries that need no engine. Unchanged entries take no time, and unknown ones are planned. */
import { deployHelps } from '../../handlers/audit/findings/finding';
import { MINUTE_MS } from '../../handlers/clock';
import type { KnownDomain } from '../../handlers/reports/known-domain';
import { controlStackId, type ListedDomain } from '../../list/domain-list';
import type { KnownEngine } from '../../packages/engine/engine-version';
import type { AppliedState } from '../engine/applied-state';
import { type Configuration, readConfiguration } from '../engine/workspace';
import { CliError } from '../errors/cli-error';
import { SES_INTERVAL_MS } from '../pace/ses-pace';
import { askKnown, type KnownFacts } from '../target/known';
import type { Outcome, PlannedReason } from '../words/outcomes';
import type { CliWorld } from '../world/world';
import type { Deployment } from './deployment';
import { outcome } from './outcome';
import type { Unsubscribed } from './readers';
import { passedOverLine, plannedLines } from './report';

/** Everything that decides whether an entry is planned. */
export interface EntryFacts {
  readonly configuration: Configuration;
  readonly state: AppliedState | undefined;
  readonly known: KnownDomain | CliError | undefined;
  readonly selector: string;
  readonly engine: Pick<KnownEngine, 'kind'>;
}

/**
 * Returns the reason why a stack has changed since it was applied, or `null` if its state shows that this configuration was
 * applied completely.
 */
function whyNotAsApplied({
  configuration,
  state,
  engine,
}: Pick<EntryFacts, 'configuration' | 'state' | 'engine'>): PlannedReason | null {
  if (state?.hash === undefined || configuration.hash === undefined) return { code: 'NOT_APPLIED' };
  if (state.hash !== configuration.hash) return { code: 'CONFIGURATION_CHANGED' };
  if (state.isLocked) return { code: 'LOCKED' };
  if (!state.isWhole || state.resources.join() !== configuration.resources.join())
    return { code: 'LEFT_TO_DO' };
  if (state.engine !== undefined && state.engine.kind !== engine.kind) return { code: 'OTHER_ENGINE' };
  return null;
}

/**
 * Returns the reason why an entry is planned, or `null` if this configuration was applied and is in step according to the last
 * audit.
 */
export const whyPlanned = (facts: EntryFacts): PlannedReason | null =>
  whyNotAsApplied(facts) ?? whyUnknown(facts) ?? whyOutOfStep(facts);

/** Returns the reason why the function cannot answer for an entry without asking SES. */
function whyUnknown({ known }: EntryFacts): PlannedReason | null {
  if (known === undefined) return { code: 'NOT_KNOWN' };
  if (known instanceof CliError) return { code: 'NOT_ASKED', error: known.code };
  if (!known.isManaged) return { code: 'NO_LEDGER' };
  return known.why === null ? null : { code: 'FUNCTION_UNSURE', why: known.why };
}

/** Returns the problems known to the function that a deploy may fix. */
function whyOutOfStep({ state, known, selector }: EntryFacts): PlannedReason | null {
  if (known === undefined || known instanceof CliError) return null;
  if (known.asOf === null || known.ses?.status !== 'SUCCESS' || known.drifted || known.unverified !== null)
    return { code: 'OUT_OF_STEP' };
  if (!known.confirmed || known.selector !== selector) return { code: 'OTHER_IN_FORCE' };
  const { changedByOthersAt: at } = known;
  if (at !== null && Date.parse(at) > state!.writtenAt) return { code: 'CHANGED_OUTSIDE', at };
  const found = known.findings.find(({ code }) => deployHelps(code) !== 'no help');
  return found === undefined ? null : { code: 'FINDING', finding: found.code };
}

/** Checks whether the environment makes the engine use another state or other settings than those in the list. */
const isAsElsewhere = (env: CliWorld['env']): boolean =>
  Object.keys(env).some((name) => /^TF_(WORKSPACE$|CLI_ARGS)/.test(name));

/** Returns the outcomes of the unchanged control stacks that nobody has named, and whose subscribers SNS has. */
export function passOverControls(
  { cli: { world }, workspace, states, unnamedControls }: Deployment,
  missing: Unsubscribed = new Map(),
): Outcome[] {
  if (isAsElsewhere(world.env)) return [];
  const asApplied = unnamedControls.filter((stack) => {
    if (missing.has(stack)) return false;
    const configuration = readConfiguration(workspace.at.outdir, stack);
    return whyNotAsApplied({ configuration, state: states.get(stack), engine: workspace.at.engine }) === null;
  });
  return asApplied.map((stack) => outcome(stack, 'unchanged', { code: 'AS_APPLIED', facts: {} }));
}

/** The outcomes of the entries that need no engine, and the answers by which they were chosen. */
export interface PassedOver {
  readonly outcomes: readonly Outcome[];
  readonly known: KnownFacts;
}

/**
 * Returns the entries that need no engine, and prints the reason.
 * @param made the outcomes of the control stacks; the entries of one that is not unchanged are planned
 */
export async function passOver(deployment: Deployment, made: readonly Outcome[]): Promise<PassedOver> {
  const { world, out } = deployment.cli;
  const { list } = deployment;
  const known = await askKnown(
    world,
    list,
    list.domains.map(({ stack }) => stack),
  );
  const changed = made.filter(({ ended }) => ended !== 'unchanged').map(({ stack }) => stack);
  const planned: [why: PlannedReason, stack: string][] = [];
  const passed: { stack: string; asOf: string }[] = [];
  for (const listed of list.domains) {
    const { stack } = listed;
    const ofFunction = known.get(stack);
    const why = whyPlannedNow(deployment, listed, ofFunction, changed);
    if (why === null) passed.push({ stack, asOf: (ofFunction as KnownDomain).asOf! });
    else planned.push([why, stack]);
  }
  for (const line of plannedLines(planned)) out.write(line);
  const [oldest] = passed.map(({ asOf }) => asOf).sort();
  if (oldest !== undefined)
    out.write(
      passedOverLine({
        count: passed.length,
        oldest,
        agoMs: world.clock.now() - Date.parse(oldest),
        planMs: Math.max(MINUTE_MS, list.domains.length * PLAN_MS),
      }),
    );
  const outcomes = passed.map(({ stack, asOf }) =>
    outcome(stack, 'unchanged', { code: 'IN_STEP', facts: { asOf } }),
  );
  return { outcomes, known };
}

/** Returns the reason why an entry is planned, from this run and from known facts. */
function whyPlannedNow(
  { cli: { world }, workspace, states }: Deployment,
  { stack, region, selector }: ListedDomain,
  known: EntryFacts['known'],
  changed: readonly string[],
): PlannedReason | null {
  if (changed.includes(controlStackId(region))) return { code: 'CONTROL_CHANGED' };
  if (isAsElsewhere(world.env)) return { code: 'ENVIRONMENT' };
  const { outdir, engine } = workspace.at;
  const configuration = readConfiguration(outdir, stack);
  return whyPlanned({ configuration, state: states.get(stack), known, selector, engine });
}

/** A plan makes two calls to SES. */
const PLAN_MS = 2 * SES_INTERVAL_MS;
