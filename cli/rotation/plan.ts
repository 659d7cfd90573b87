/** Plans a rotation: the next selector, and the edits of the list. Writes nothing. */
import { alternatingSelectors } from '../../constructs/check-identity-props';
import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import { isNeeded, stageOf } from '../../handlers/keys/state/stages';
import type { DomainList, ListedDomain } from '../../list/domain-list';
import { type Edit, editList } from '../../list/edit-list';
import { CannotEditList, NoNextSelector } from '../../list/mistake';
import { nextSelector } from '../../list/next-selector';
import { sharersOf } from '../../list/sharing';
import { prove } from '../dns/prove';
import { CliError, orCliError, usageError } from '../errors/cli-error';
import type { ListText } from '../target/domain-list';
import { findRecord } from '../target/find-record';
import type { StatusAnswer } from '../target/function';
import { askFunction, notListed, selectorOf, type Target, targetIn } from '../target/target';
import type { RotationObstacle, Unasked } from '../words/rotation';
import type { Cli, GlobalOptions } from '../world/cli';

/** The domain list, to be edited. */
export interface EditableList extends ListText {
  readonly list: DomainList;
}

/** An entry of the list with its status. */
interface Member {
  readonly listed: ListedDomain;
  readonly status: StatusAnswer;
}

/** An entry of the list with those that share its key and rotate with it, and facts that follow from them. */
export interface RotationFacts extends Member {
  /** The home's status; `listed` is the home's entry. */
  readonly target: Target;
  /** All entries that share the key, the home first. */
  readonly sharers: readonly ListedDomain[];
  /** Those of them whose function has answered; the home has. */
  readonly members: readonly Member[];
  /** Entries whose function has not answered. A rotation continues without their answers, and removes no record. */
  readonly unasked: readonly Unasked[];
  readonly now: number;
  /** Selectors that sign, whose mail is in transit, or that a rollback needs. */
  readonly needed: readonly string[];
  /** Earlier selectors in the list whose overlap has ended, so that their records may be removed. */
  readonly ended: readonly string[];
  /** Earlier selectors in the list whose record stays. */
  readonly kept: readonly string[];
}

/** The next selector, with the edit of the list. */
interface Rotation {
  readonly selector: string;
  /** Whether its key is already prepared. */
  readonly isSpare: boolean;
  /** The entries that rotate together, the home first. */
  readonly entries: readonly string[];
  edit(text: string): string;
}

/**
 * Plans the rotation of one domain, in all regions that share its key.
 * @throws CliError if the list sets the place of its key
 */
export async function planRotation(
  cli: Cli,
  facts: RotationFacts,
  named?: string,
): Promise<Rotation | RotationObstacle> {
  const { listed, sharers, kept } = facts;
  const { stack, createKey } = listed;
  const obstacle = openChange(facts) ?? notDeployed(facts);
  if (obstacle) return obstacle;
  const next = await chooseSelector(cli, facts, named);
  if ('kind' in next) return next;
  const { selector, isSpare } = next;
  if (createKey && facts.status.keysOfOthers.includes(selector))
    return { kind: 'key-of-others', entry: stack, selector };
  if (!createKey && !isSpare) return { kind: 'no-key', entry: stack, selector };
  // The records that are still needed stay.
  const earlier = [...new Set([...sharers.map((each) => each.selector), ...kept])];
  const edit = (text: string) =>
    sharers.reduce(
      (edited, each) =>
        editedList(edited, each, [
          { path: ['selector'], value: selector },
          ...(each.record ? [previousSelectors(earlier)] : []),
        ]),
      text,
    );
  return { selector, isSpare, entries: sharers.map(({ stack }) => stack), edit };
}

/** Finds an open change, since a rotation begins from a confirmed state. */
export function openChange({ members }: RotationFacts): RotationObstacle | undefined {
  const open = members.find(({ status }) => status.revertsAt !== null || status.busyUntil !== null);
  if (open === undefined) return undefined;
  return { kind: 'open', entry: open.listed.stack, revertsAt: open.status.revertsAt };
}

function notDeployed({ members }: RotationFacts): RotationObstacle | undefined {
  const behind = members.find(({ listed, status }) => ![null, listed.selector].includes(status.selector));
  if (behind === undefined) return undefined;
  const { listed, status } = behind;
  return { kind: 'behind', entry: listed.stack, signsWith: status.selector, listed: listed.selector };
}

/** @throws CliError if the domain is not listed, or the function of the region that has its key cannot be asked */
export async function askAbout(
  cli: Cli,
  options: GlobalOptions,
  { list }: EditableList,
  name: string,
): Promise<RotationFacts> {
  const named = targetIn(cli.world, options, list, name);
  if (!named.listed) throw usageError('not-listed', { name, why: notListed(named) });
  const sharers = sharersOf(list, named.listed);
  const targets = sharers.map(({ stack, region }) =>
    targetIn(cli.world, { ...options, region }, list, stack),
  );
  const answers = await Promise.all(
    targets.map((each, at) => {
      const answer = askFunction(cli, each, 'status');
      return at === 0 ? answer : orCliError(answer);
    }),
  );
  const members: Member[] = [];
  const unasked: Unasked[] = [];
  for (const [at, listed] of sharers.entries()) {
    const status = answers[at]!;
    const { stack: entry, region } = listed;
    if (status instanceof CliError) unasked.push({ entry, region, code: status.code, why: status.message });
    else members.push({ listed, status });
  }
  const [home] = members as [Member];
  const now = cli.world.clock.now();
  const stages = members.flatMap(({ listed: { overlapDays = MINIMUM_OVERLAP_DAYS }, status }) =>
    status.signers.map((signer) => stageOf(signer, overlapDays, now)),
  );
  const needed = stages.filter(isNeeded).map(({ selector }) => selector);
  const earlier = home.listed.record?.previousSelectors ?? [];
  const ended = earlier.filter(
    (each) =>
      unasked.length === 0 && stages.some(({ selector }) => selector === each) && !needed.includes(each),
  );
  const kept = earlier.filter((each) => !ended.includes(each));
  return { ...home, target: targets[0]!, sharers, members, unasked, now, needed, ended, kept };
}

/** Chooses the next selector: the named one, or a spare one, or the next one by the list's naming. */
async function chooseSelector(
  cli: Cli,
  facts: RotationFacts,
  named?: string,
): Promise<Pick<Rotation, 'selector' | 'isSpare'> | RotationObstacle> {
  const { target, listed, status, members, now, needed } = facts;
  if (listed.keyStore?.privateKey !== undefined) throw usageError('own-key-place', { entry: listed.name });
  const alternating = alternatingSelectors(listed);
  // This includes entries with their own keys.
  const entries = target.list!.domains.filter(({ domain }) => domain === listed.domain);
  const inUse = [
    ...entries.flatMap(({ selector, record }) => [selector, ...(record?.previousSelectors ?? [])]),
    ...needed,
    ...members.flatMap((each) => [
      // The engine still has the record of its earlier key.
      ...each.status.records,
      // Unless two names alternate, no selector is used twice.
      ...(alternating ? [] : each.status.history.flatMap(({ selector: used }) => used ?? [])),
    ]),
  ];
  const spares = status.spares.filter((each) => !inUse.includes(each));
  if (named !== undefined)
    return { selector: freeSelector(target, named, inUse), isSpare: spares.includes(named) };
  try {
    const naming = alternating ?? (await publishedFirst(cli, facts, spares)) ?? listed.selectorNaming;
    const selector = nextSelector({ naming, current: listed.selector, inUse, now });
    return { selector, isSpare: spares.includes(selector) };
  } catch (error) {
    if (error instanceof NoNextSelector) return { kind: 'no-free-selector', reason: error.message };
    throw error;
  }
}

/** @throws CliError unless the named selector is one, and is free */
function freeSelector(target: Target, named: string, inUse: readonly string[]): string {
  const selector = selectorOf(target, named);
  // DNS does not distinguish upper and lower case.
  if (!inUse.some((each) => each.toLowerCase() === selector.toLowerCase())) return selector;
  throw usageError('selector-in-use', { entry: target.entry, selector });
}

/** Returns the first spare selector with a published record, or the first of all. */
async function publishedFirst(
  cli: Cli,
  { target, listed: { domain, gate } }: RotationFacts,
  spares: readonly string[],
): Promise<string | undefined> {
  if (spares.length < 2) return spares[0];
  for (const selector of spares) {
    const { key: expected } = await findRecord(cli, target, selector);
    if ((await prove(cli.world, { domain, selector, expected, gate })).ready) return selector;
  }
  return spares[0];
}

export const previousSelectors = (value: readonly string[]): Edit => ({
  path: ['record', 'previousSelectors'],
  value,
});

/** @throws CliError if the list cannot be edited without changing other text */
export function editedList(text: string, { name }: ListedDomain, edits: readonly Edit[]): string {
  try {
    return editList(text, name, edits);
  } catch (error) {
    if (error instanceof CannotEditList) throw usageError('list-not-editable', { reason: error.message });
    throw error;
  }
}
