/** Plans a rotation: the next selector, and the edits of the list. Writes nothing. */
import { alternatingSelectors } from '../../constructs/check-identity-props';
import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import { isNeeded, stageOf } from '../../handlers/rotation/stages';
import type { DomainList, ListedDomain } from '../../list/domain-list';
import { CannotEditList, type Edit, editList } from '../../list/edit-list';
import { NoNextSelector, nextSelector } from '../../list/next-selector';
import type { StatusAnswer } from '../aws/function';
import { CliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import type { ListText } from '../domain-list';
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

/** The plan of a rotation of one domain. */
export interface Rotation {
  readonly target: Target;
  readonly listed: ListedDomain;
  readonly selector: string;
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
  const selector = chooseSelector(facts, options.selector);
  return {
    target,
    listed,
    selector,
    edited: editedList(list.text, listed, rotationEdits(facts, selector)),
  };
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
 * Returns the selector to rotate to.
 * @throws CliError if no selector is free, or if the list names the place of its key
 */
export function chooseSelector(
  { listed, status, others, now, needed }: RotationFacts,
  named?: string,
): string {
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
  try {
    const naming = named ?? alternating ?? listed.selectorNaming;
    return nextSelector({ naming, current: listed.selector, inUse, now });
  } catch (error) {
    if (error instanceof NoNextSelector) throw usageError(`${error.message} Nothing was written.`);
    throw error;
  }
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
