/** Plans a rotation: the next selector, and the edits of the list. Writes nothing. */
import { alternatingSelectors } from '../../constructs/check-identity-props';
import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import { isNeeded, stageOf } from '../../handlers/selector/stages';
import type { DomainList, ListedDomain } from '../../list/domain-list';
import { CannotEditList, type Edit, editList } from '../../list/edit-list';
import { NoNextSelector, nextSelector } from '../../list/next-selector';
import type { StatusAnswer } from '../aws/function';
import { CliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import { gateSettings } from '../dns/gate-options';
import { prove } from '../dns/prove';
import type { ListText } from '../domain-list';
import { findRecord } from '../find-record';
import { askFunction, notListed, type Target, targetIn } from '../target';

/** The domain list, to be edited. */
export interface EditableList extends ListText {
  readonly list: DomainList;
}

/** An entry of the list, its status, and what follows from them now. */
export interface RotationFacts {
  readonly target: Target;
  readonly listed: ListedDomain;
  readonly status: StatusAnswer;
  /** Entries of the same domain in other regions. */
  readonly others: readonly ListedDomain[];
  readonly now: number;
  /** Selectors that sign, whose mail is in transit, or that a rollback needs. */
  readonly needed: readonly string[];
  /** Earlier selectors in the list whose overlap has ended: their record may go. */
  readonly ended: readonly string[];
  /** Earlier selectors in the list whose record stays. */
  readonly kept: readonly string[];
}

/** The selector to rotate to. */
export interface NextSelector {
  readonly selector: string;
  /** Whether its key is prepared. */
  readonly isSpare: boolean;
}

/** The plan of a rotation of one domain. */
export interface Rotation extends NextSelector {
  readonly target: Target;
  readonly listed: ListedDomain;
  /** The text of the list with the new selector in it. */
  readonly edited: string;
}

/**
 * Plans the rotation of one domain.
 * @throws CliError for a domain that is not listed, that is in the middle of a change, whose selector is not deployed yet,
 *   or that has no next selector: nothing was written
 */
export async function planRotation(
  cli: Cli,
  options: GlobalOptions & { readonly selector?: string },
  list: EditableList,
  name: string,
): Promise<Rotation> {
  const facts = await askAbout(cli, options, list, name);
  const { target, listed, status } = facts;
  if (isChanging(status))
    throw new CliError(
      `${target.entry} is in the middle of a change${status.revertsAt === null ? '' : ` that reverts at ${status.revertsAt} unless it is confirmed`}. ` +
        'Wait for its end (`byodkim status`), then rotate. Nothing was written.',
      'CONCURRENT_UPDATE',
    );
  if (status.selector !== null && status.selector !== listed.selector)
    throw usageError(
      `The list names ${listed.selector} for ${listed.name}, which is not deployed: found ${status.selector} in force. Deploy it ` +
        'first, or put the list back. Nothing was written.',
    );
  const next = await chooseSelector(cli, facts, options.selector);
  const edited = editedList(list.text, listed, rotationEdits(facts, next.selector));
  return { target, listed, ...next, edited };
}

/** @throws CliError if the domain is not listed, or the function cannot be asked */
export async function askAbout(
  cli: Cli,
  options: GlobalOptions,
  { list }: EditableList,
  name: string,
): Promise<RotationFacts> {
  const target = targetIn(cli.world, options, list, name);
  const { domain, listed } = target;
  if (!listed) throw usageError(`${name} cannot be rotated. ${notListed(target)}. Nothing was written.`);
  const status = await askFunction(cli, target, 'status');
  const others = list.domains.filter((each) => each.domain === domain && each !== listed);
  const now = cli.world.clock.now();
  const { overlapDays = MINIMUM_OVERLAP_DAYS, record } = listed;
  const signers = (isWanted: boolean): string[] =>
    status.signers
      .filter((signer) => isNeeded(stageOf(signer, overlapDays, now)) === isWanted)
      .map(({ selector }) => selector);
  const [needed, over] = [signers(true), signers(false)];
  const earlier = record?.previousSelectors ?? [];
  const ended = earlier.filter((each) => over.includes(each));
  const kept = earlier.filter((each) => !over.includes(each));
  return { target, listed, status, others, now, needed, ended, kept };
}

/** Whether a change is open: a rotation begins from a confirmed state. */
export const isChanging = ({ revertsAt, busyUntil }: StatusAnswer): boolean =>
  revertsAt !== null || busyUntil !== null;

/**
 * Returns the selector to rotate to: the one that is named, else a spare one, else the next by the list's naming.
 * @throws CliError if no selector is free, or if the list names the place of its key
 */
export async function chooseSelector(cli: Cli, facts: RotationFacts, named?: string): Promise<NextSelector> {
  const { listed, status, others, now, needed } = facts;
  if (listed.keyStore?.privateKey !== undefined)
    throw usageError(
      `${listed.name} names the place of its key (keyStore.privateKey), which a new selector's key would need as well. ` +
        'Put the new key into its place and change selector and place manually.',
    );
  const alternating = alternatingSelectors(listed);
  const earlierOf = ({ record }: ListedDomain): readonly string[] => record?.previousSelectors ?? [];
  const inUse = [
    ...earlierOf(listed),
    ...others.flatMap((each) => [each.selector, ...earlierOf(each)]),
    ...needed,
    // The engine still has the record of its earlier key.
    ...status.records,
    // Unless two names alternate, no selector is used a second time.
    ...(alternating ? [] : status.history.flatMap(({ selector: used }) => used ?? [])),
  ];
  const taken = [listed.selector, ...inUse];
  const spares = status.spares.filter((each) => !taken.includes(each));
  try {
    const naming =
      named ?? alternating ?? (await publishedFirst(cli, facts, spares)) ?? listed.selectorNaming;
    const selector = nextSelector({ naming, current: listed.selector, inUse, now });
    return { selector, isSpare: spares.includes(selector) };
  } catch (error) {
    if (error instanceof NoNextSelector) throw usageError(`${error.message} Nothing was written.`);
    throw error;
  }
}

/** Returns the first of the spare selectors whose record is published, else the first of all. */
async function publishedFirst(
  cli: Cli,
  { target, listed: { domain, gate } }: RotationFacts,
  spares: readonly string[],
): Promise<string | undefined> {
  if (spares.length < 2) return spares[0];
  const settings = gateSettings({}, gate);
  for (const selector of spares) {
    const { key: expected } = await findRecord(cli, target, selector, {});
    if ((await prove(cli.world, { domain, selector, expected, settings })).ready) return selector;
  }
  return spares[0];
}

/** Describes that the next key is to come from its owner; undefined if the function may make it, or if it is there. */
export function awaitsOwner(
  { stack, createKey }: ListedDomain,
  { selector, isSpare }: NextSelector,
): string | undefined {
  if (createKey || isSpare) return undefined;
  return (
    `the keys of ${stack} are its owner's, and there is none for ${selector} yet. Put it into S3: byodkim key put ${stack} FILE ` +
    `-s ${selector}; or let the function make it: createKey: true in the list, or byodkim rotate ${stack} --create-key`
  );
}

/** Returns the edits that rotate a domain; if the stack publishes, the records that are still needed stay. */
export const rotationEdits = ({ listed, kept }: RotationFacts, selector: string): Edit[] => [
  { path: ['selector'], value: selector },
  ...(listed.record ? [previousSelectors([listed.selector, ...kept])] : []),
];

export const previousSelectors = (value: readonly string[]): Edit => ({
  path: ['record', 'previousSelectors'],
  value,
});

/** @throws CliError if the list cannot be edited without touching more */
export function editedList(text: string, { name }: ListedDomain, edits: readonly Edit[]): string {
  try {
    return editList(text, name, edits);
  } catch (error) {
    if (error instanceof CannotEditList) throw usageError(`${error.message} Nothing was written.`);
    throw error;
  }
}
