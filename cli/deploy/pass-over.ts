/** Finds the entries that need no engine: unchanged ones cost nothing, unknown ones are planned. */
import { deployHelps } from '../../handlers/audit/finding-catalogue';
import type { KnownDomain } from '../../handlers/audit/status';
import { MINUTE_MS } from '../../handlers/clock';
import { controlStackId, type ListedDomain } from '../../list/domain-list';
import type { KnownEngine } from '../../packages/engine/engine-version';
import { CliError } from '../cli-error';
import type { AppliedState } from '../engine/applied-state';
import { type Configuration, readConfiguration } from '../engine/workspace';
import { askKnown } from '../known';
import { SES_INTERVAL_MS } from '../ses-pace';
import { formatDuration, grouped, several } from '../terminal/words';
import type { Deployment } from './deployment';
import { type Outcome, passedOver } from './outcome';

/** All that decides whether an entry is planned. */
export interface EntryFacts {
  readonly configuration: Configuration;
  readonly state: AppliedState | undefined;
  readonly known: KnownDomain | CliError | undefined;
  readonly selector: string;
  readonly engine: Pick<KnownEngine, 'kind'>;
}

/** Returns why an entry is planned; `null`: it was applied like this, and is in step by what is known. */
export function whyPlanned(facts: EntryFacts): string | null {
  const { configuration, state, known, selector, engine } = facts;
  if (state?.hash === undefined || configuration.hash === undefined) return 'not applied to its end yet';
  if (state.hash !== configuration.hash) return 'its configuration has changed';
  if (!state.isWhole || state.resources.join() !== configuration.resources.join())
    return 'the last deploy left something to do';
  if (state.engine !== undefined && state.engine.kind !== engine.kind) return 'another engine has applied it';
  if (known === undefined) return 'nothing is known of it';
  if (known instanceof CliError) return `what is known could not be read (${known.code})`;
  if (!known.isManaged) return 'it has no ledger';
  if (known.why !== null) return known.why;
  if (known.asOf === null || known.ses?.status !== 'SUCCESS' || known.drifted || known.unverified !== null)
    return 'SES was not in step when it was seen last';
  if (!known.confirmed || known.selector !== selector) return 'something else is in force';
  if (known.changedByOthersAt !== null && Date.parse(known.changedByOthersAt) > state.writtenAt)
    return `the identity was changed outside this project at ${known.changedByOthersAt}`;
  const found = known.findings.find(({ code }) => deployHelps(code) !== 'no help');
  return found === undefined ? null : `the audit has found ${found.code}`;
}

/**
 * Returns the outcomes of the entries that need no engine, and prints what that rests on.
 * @param made how the control stacks have ended: entries of one that is not unchanged are planned
 */
export async function passOver(
  { cli: { world, out }, list, workspace, states }: Deployment,
  entries: readonly string[],
  made: readonly Outcome[],
): Promise<Outcome[]> {
  if (entries.length === 0) return [];
  const changed = made.filter(({ ended }) => ended !== 'unchanged').map(({ stack }) => stack);
  const listed = new Map(list.domains.map((domain) => [domain.stack, domain]));
  const isAsElsewhere = Object.keys(world.env).some((name) => /^TF_(WORKSPACE$|CLI_ARGS)/.test(name));
  const known = await askKnown(world, list, entries);
  const reasons = new Map<string, string>();
  const passed: (readonly [ListedDomain, string])[] = [];
  for (const stack of entries) {
    const domain = listed.get(stack)!;
    const facts = {
      configuration: readConfiguration(workspace.at.outdir, stack),
      state: states.get(stack),
      known: known.get(stack),
      selector: domain.selector,
      engine: workspace.at.engine,
    };
    const why = changed.includes(controlStackId(domain.region))
      ? 'its control stack has just changed'
      : isAsElsewhere
        ? 'TF_WORKSPACE or TF_CLI_ARGS is set'
        : whyPlanned(facts);
    if (why === null) passed.push([domain, (facts.known as KnownDomain).asOf!]);
    else reasons.set(stack, why);
  }
  for (const line of explained(passed, reasons, world.clock.now())) out.write(`${line}\n`);
  return passed.map(([{ stack }, asOf]) => passedOver(stack, asOf));
}

/** A plan asks SES twice. */
const PLAN_MS = 2 * SES_INTERVAL_MS;

function explained(
  passed: readonly (readonly [ListedDomain, string])[],
  reasons: ReadonlyMap<string, string>,
  now: number,
): string[] {
  const byReason = grouped([...reasons].map(([stack, why]) => [why, stack] as const));
  const planned = [...byReason].map(([why, stacks]) => `Planned: ${several(stacks)}: ${why}.`);
  if (passed.length === 0) return planned;
  const oldest = passed.map(([, asOf]) => asOf).sort()[0]!;
  const count = passed.length === 1 ? '1 entry is' : `${passed.length} entries are`;
  return [
    ...planned,
    `${count} not planned: applied as the list has it, and signing and MAIL FROM in step when last seen, at ${oldest} or later ` +
      `(${formatDuration(now - Date.parse(oldest))} ago); of senders, feedback and tags what CloudTrail shows. SES was not asked. ` +
      `--refresh plans all, roles included, which takes about ${formatDuration(Math.max(MINUTE_MS, (passed.length + reasons.size) * PLAN_MS))}.`,
  ];
}
