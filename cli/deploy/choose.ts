import { show, toALabels } from '../../constructs/check-identity-props';
import { nearest } from '../../constructs/nearest';
import { controlStackId, type DomainList, isControlStack, regionsOf } from '../../list/domain-list';
import { usageError } from '../cli-error';
import { compareLists } from '../review/changes';
import { readAtForkPoint } from '../review/git-versions';
import type { CliWorld } from '../world';
import type { Action } from './hints';

/** Which stacks, as on the command line. */
export interface Choice {
  /** Entries of the list, or control stacks. */
  readonly names: readonly string[];
  readonly all?: boolean;
  /** A git ref. */
  readonly changed?: string;
}

/** The stacks of a command, and what of the list it leaves alone. */
export interface Chosen {
  /** Control stacks first. */
  readonly stacks: readonly string[];
  /** Entries that the list had at the ref and has no more: no deploy destroys them. */
  readonly removed: readonly string[];
}

/** @throws CliError for an unknown entry, for none, for two ways to choose, and for a ref that git does not know */
export async function choose(
  world: CliWorld,
  action: Action,
  { names, all = false, changed }: Choice,
  list: DomainList,
): Promise<Chosen> {
  // Control stacks may stand beside --all: a destroy leaves them otherwise.
  const entries = names.filter((name) => !all || !isControlStack(name));
  const ways = [entries.length > 0 && entries.join(', '), all && '--all', changed && '--changed'].filter(
    Boolean,
  );
  if (ways.length > 1)
    throw usageError(`Give one of them: entries, --all or --changed; found ${ways.join(' and ')}.`);
  if (changed === undefined) return { stacks: stacksFor(action, { names, all }, list), removed: [] };
  const { names: found, removed } = await changedSince(world, list, changed);
  return { stacks: found.length === 0 ? [] : stacksFor(action, { names: found, all: false }, list), removed };
}

/**
 * The stacks of a command, control stacks first. A deploy or diff takes the control stacks along; a destroy leaves
 * them, since other entries need them.
 * @throws CliError for an unknown entry, for none, and for a control stack that entries still need
 */
export function stacksFor(
  action: Action,
  { names, all }: { readonly names: readonly string[]; readonly all: boolean },
  list: DomainList,
): string[] {
  const entries = list.domains.map(({ stack }) => stack);
  const controls = regionsOf(list).map(controlStackId);
  const named = names.map((name) => stackCalled(name, [...entries, ...controls]));
  const chosen = all ? [...entries, ...named] : named;
  if (chosen.length === 0)
    throw usageError(
      `Which entries? byodkim ${action} example.com${action === 'destroy' ? ' or --all' : ', --all, or --changed origin/main'}. ${known(entries)}`,
    );
  const regions = new Map(list.domains.map(({ stack, region }) => [stack, region]));
  const needed =
    action === 'destroy'
      ? []
      : chosen.flatMap((stack) => (regions.has(stack) ? [controlStackId(regions.get(stack)!)] : []));
  const stacks = [...new Set([...needed, ...chosen])];
  if (action === 'destroy') refuseOrphans(stacks, list);
  return stacks.sort((a, b) => Number(controls.includes(b)) - Number(controls.includes(a)));
}

/** An entry may be spelled as in the list, or in A-labels: `bücher.example@eu-west-1`. */
function stackCalled(name: string, stacks: readonly string[]): string {
  const [domain = '', ...region] = name.split('@');
  const meant = [toALabels(domain) ?? domain, ...region].join('@');
  const found = stacks.find((stack) => stack === meant);
  if (found !== undefined) return found;
  const close = nearest(name, stacks);
  throw usageError(
    `${show(name)} is not in the list.${close === undefined ? '' : ` Did you mean ${close}?`} ${known(stacks)}`,
  );
}

const SHOWN_ENTRIES = 30;

function known(stacks: readonly string[]): string {
  const rest = stacks.length - SHOWN_ENTRIES;
  return `There are: ${stacks.slice(0, SHOWN_ENTRIES).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`;
}

/** Without its control stack a domain can neither be rolled back nor destroyed. */
function refuseOrphans(stacks: readonly string[], list: DomainList): void {
  for (const region of regionsOf(list)) {
    if (!stacks.includes(controlStackId(region))) continue;
    const left = list.domains.filter((domain) => domain.region === region && !stacks.includes(domain.stack));
    if (left.length > 0)
      throw usageError(
        `${controlStackId(region)} is needed to destroy ${left.map(({ stack }) => stack).join(', ')}. ` +
          'Name them in the same command.',
      );
  }
}

/** What has changed in the list since this branch left `base`: entries, or the control stacks where only they have. */
async function changedSince(
  world: CliWorld,
  list: DomainList,
  base: string,
): Promise<{ names: readonly string[]; removed: readonly string[] }> {
  const { list: before, commit } = await readAtForkPoint(world, list.file, base);
  const { domains, settings } = compareLists(before, list);
  const names = domains.flatMap((change) => (change.kind === 'removed' ? [] : [change.after.stack]));
  const removed = domains.flatMap((change) => (change.kind === 'removed' ? [change.before.stack] : []));
  if (names.length > 0) return { names, removed };
  if (settings.length > 0) return { names: regionsOf(list).map(controlStackId), removed };
  if (removed.length > 0) return { names, removed };
  throw usageError(`Nothing in ${list.file} has changed since ${commit}: there is nothing to do.`);
}
