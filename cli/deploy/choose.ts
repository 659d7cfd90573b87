import { show } from '../../constructs/show';
import { toALabels } from '../../handlers/contract/settings/settings';
import { controlStackId, type DomainList, isControlStack, regionsOf } from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import { nearest, nearestRegion } from '../../list/nearest';
import { usersOf } from '../../list/sharing';
import type { AppliedState } from '../engine/applied-state';
import type { StackAction } from '../engine/workspace';
import { usageError } from '../errors/cli-error';

/**
 * Returns the stacks of a command. A deploy or diff includes the control stacks; a destroy leaves them out, since other
 * entries need them.
 * @param names entries of the list, or control stacks
 * @throws CliError for an unknown entry, and without any entry
 */
export function stacksFor(
  action: StackAction,
  { names, all = false }: { readonly names: readonly string[]; readonly all?: boolean },
  list: DomainList,
): string[] {
  const entries = list.domains.map(({ stack }) => stack);
  // Control stacks may be named in addition to --all, since a destroy otherwise leaves them out.
  const own = names.filter((name) => !isControlStack(name));
  if (all && own.length > 0) throw usageError('entries-and-all', { found: own });
  const controls = regionsOf(list).map(controlStackId);
  const named = names.map((name) => stackCalled(action, name, [...entries, ...controls]));
  const chosen = all
    ? [...(entries.length > 0 || action === 'destroy' ? entries : controls), ...named]
    : named;
  if (chosen.length === 0) throw usageError('no-entries', { action, stacks: entries });
  const needed =
    action === 'destroy' ? [] : chosen.flatMap((stack) => neededBy(list, stack).filter(isControlStack));
  return [...new Set([...needed, ...chosen])];
}

/** Finds a stack by name: spelled as in the list, or in A-labels (`bücher.example@eu-west-1`). */
function stackCalled(action: StackAction, name: string, stacks: readonly string[]): string {
  const [domain = '', ...region] = name.split('@');
  const meant = [toALabels(domain) ?? domain, ...region].join('@');
  const found = stacks.find((stack) => stack === meant);
  if (found !== undefined) return found;
  throw usageError('not-in-list', {
    name: show(name),
    meant: nearest(name, alike(name, stacks)),
    isDestroy: action === 'destroy',
    stacks,
  });
}

/** Returns the stacks that a name may mean: if it has a region of AWS, those of that region. */
function alike(name: string, stacks: readonly string[]): readonly string[] {
  const { region } = parseEntryKey(name) ?? {};
  if (region === undefined || nearestRegion(region) !== undefined) return stacks;
  return stacks.filter((stack) => stack.endsWith(`@${region}`));
}

/**
 * Returns the stacks that an entry needs: its control stack, the home with whose key it signs, and the home's control stack.
 */
export function neededBy(list: DomainList, stack: string): string[] {
  const listed = list.domains.find((each) => each.stack === stack);
  if (listed === undefined) return [];
  const { region, home } = listed;
  return [controlStackId(region), ...(home === undefined ? [] : [...neededBy(list, home), home])];
}

/**
 * Returns the entries that need a stack: those of the region for a control stack, and those that sign with its key for a home.
 */
export const needing = (list: DomainList, stack: string): string[] =>
  (isControlStack(stack)
    ? list.domains.filter(({ region }) => controlStackId(region) === stack)
    : usersOf(list, stack)
  ).map((each) => each.stack);

/**
 * Refuses to destroy a control stack without the domains that need it for their rollback, or a home without the entries that
 * sign with its key.
 * @param states the known states; a stack without resources is already destroyed
 */
export function refuseOrphans(
  stacks: readonly string[],
  list: DomainList,
  states: ReadonlyMap<string, Pick<AppliedState, 'resources'>>,
): void {
  for (const needed of stacks) {
    const left = needing(list, needed).filter(
      (stack) => !stacks.includes(stack) && states.get(stack)?.resources.length !== 0,
    );
    if (left.length === 0) continue;
    if (isControlStack(needed)) throw usageError('control-needed', { stack: needed, left });
    throw usageError('home-needed', { stack: needed, left });
  }
}
