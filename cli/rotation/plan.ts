/** Plans a rotation: the next selector, and the edits of the list. Writes nothing. */
import { alternatingSelectors } from '../../constructs/check-identity-props';
import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract';
import { isNeeded, stageOf } from '../../handlers/rotation/stages';
import type { DomainList, ListedDomain } from '../../list/domain-list';
import { CannotEditList, type Edit, editList } from '../../list/edit-list';
import { NoNextSelector, nextSelector } from '../../list/next-selector';
import type { Answers } from '../aws/answers';
import { CliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import type { ListText } from '../domain-list';
import { askFunction, notListed, type Target, targetIn } from '../target';

export type Status = Answers['status'];

/** The domain list, to be edited. */
export interface EditableList extends ListText {
  readonly list: DomainList;
}

/** An entry of the list, and its status. */
export interface Subject {
  readonly target: Target;
  readonly listed: ListedDomain;
  readonly status: Status;
  /** Of the same domain, in other regions. */
  readonly others: readonly ListedDomain[];
}

/** What a rotation of one domain will do. */
export interface Rotation {
  readonly target: Target;
  readonly file: string;
  /** The text of the list with the new selector in it. */
  readonly edited: string;
  readonly from: string;
  readonly selector: string;
  /** Whether people publish the record; else the stack does, in Route 53. */
  readonly othersPublish: boolean;
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
  const subject = await askAbout(cli, options, list, name);
  const { target, listed } = subject;
  refuseChanging(subject);
  const { selector: signing } = subject.status;
  if (signing !== null && signing !== listed.selector)
    throw usageError(
      `The list names ${listed.selector} for ${listed.name}, which is not deployed: found ${signing} in force. Deploy it ` +
        'first, or put the list back. Nothing was written.',
    );
  const now = cli.world.clock.now();
  const selector = chooseSelector(subject, now, options.selector);
  return {
    target,
    file: list.file,
    edited: editedList(list.text, listed, rotationEdits(subject, selector, now)),
    from: listed.selector,
    selector,
    othersPublish: listed.record === undefined,
  };
}

/** @throws CliError where the domain is not listed, or the function cannot be asked */
export async function askAbout(
  cli: Cli,
  options: GlobalOptions,
  { list }: EditableList,
  name: string,
): Promise<Subject> {
  const target = targetIn(cli.world, options, list, name);
  const { domain, listed } = target;
  if (!listed) throw usageError(`${name} cannot be rotated. ${notListed(target)}. Nothing was written.`);
  const status = await askFunction(cli, target, 'status');
  const others = list.domains.filter((each) => each.domain === domain && each !== listed);
  return { target, listed, status, others };
}

/** @throws CliError where a change is under way: a rotation begins from what stays */
function refuseChanging({ target: { entry }, status }: Subject): void {
  if (!isChanging(status)) return;
  throw new CliError(
    `${entry} is in the middle of a change${status.revertsAt === null ? '' : ` that reverts at ${status.revertsAt} unless it is confirmed`}. ` +
      'Wait for its end (`byodkim status`), then rotate. Nothing was written.',
    'CONCURRENT_UPDATE',
  );
}

export const isChanging = ({ revertsAt, busyUntil }: Status): boolean =>
  revertsAt !== null || busyUntil !== null;

/**
 * Returns the selector to rotate to.
 * @throws CliError where there is none, or where its key lies in a place of its own
 */
export function chooseSelector({ listed, status, others }: Subject, now: number, named?: string): string {
  if (listed.keyStore?.privateKey !== undefined)
    throw usageError(
      `${listed.name} names the place of its key (keyStore.privateKey), which a new selector's key would need as well. ` +
        'Put the new key where it belongs and change selector and place by hand.',
    );
  const alternating = alternatingSelectors(listed);
  const inUse = [
    ...others.flatMap(({ selector, record }) => [selector, ...(record?.previousSelectors ?? [])]),
    ...signersIn(status, listed, now, true),
    // The engine still has the record of its earlier key.
    ...status.records,
    // Where names are not used twice, none that ever was is taken.
    ...(alternating ? [] : status.history.flatMap(({ selector: used }) => used ?? [])),
  ];
  try {
    return nextSelector({
      naming: named ?? alternating ?? listed.selectorNaming,
      current: listed.selector,
      inUse: [...(listed.record?.previousSelectors ?? []), ...inUse],
      now,
    });
  } catch (error) {
    if (error instanceof NoNextSelector) throw usageError(`${error.message} Nothing was written.`);
    throw error;
  }
}

/** Returns the selectors that sign, whose mail is under way, or that a rollback needs; or the others that signed. */
function signersIn(
  { signers }: Status,
  { overlapDays = MINIMUM_OVERLAP_DAYS }: ListedDomain,
  now: number,
  needed: boolean,
): string[] {
  const found = signers.filter((signer) => isNeeded(stageOf(signer, overlapDays, now)) === needed);
  return found.map(({ selector }) => selector);
}

/** Returns the earlier selectors in the list whose overlap has ended: their record may go. */
export function endedSelectors({ listed, status }: Subject, now: number): string[] {
  const ended = signersIn(status, listed, now, false);
  return (listed.record?.previousSelectors ?? []).filter((each) => ended.includes(each));
}

/** Returns the edits that rotate a domain; where the stack publishes, the records that are still needed stay. */
export function rotationEdits(subject: Subject, selector: string, now: number): Edit[] {
  const { listed } = subject;
  const edits: Edit[] = [{ path: ['selector'], value: selector }];
  if (listed.record === undefined) return edits;
  return [...edits, previousSelectors([listed.selector, ...keptSelectors(subject, now)])];
}

/** Returns the edits that drop the earlier selectors whose overlap has ended. */
export const droppingEdits = (subject: Subject, now: number): Edit[] => [
  previousSelectors(keptSelectors(subject, now)),
];

function keptSelectors(subject: Subject, now: number): string[] {
  const ended = endedSelectors(subject, now);
  return (subject.listed.record?.previousSelectors ?? []).filter((each) => !ended.includes(each));
}

const previousSelectors = (value: readonly string[]): Edit => ({
  path: ['record', 'previousSelectors'],
  value,
});

/** @throws CliError where the list cannot be edited without touching more */
export function editedList(text: string, { name }: ListedDomain, edits: readonly Edit[]): string {
  try {
    return editList(text, name, edits);
  } catch (error) {
    if (error instanceof CannotEditList) throw usageError(`${error.message} Nothing was written.`);
    throw error;
  }
}
