import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract';
import { isNeeded, stageOf } from '../../handlers/rotation/stages';
import type { ListedDomain } from '../../list/domain-list';
import { CannotEditList, editList } from '../../list/edit-list';
import { NoNextSelector, nextSelector } from '../../list/next-selector';
import type { Answers } from '../aws/answers';
import { callFunction, type FunctionTarget } from '../aws/function';
import { CliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import { DEFAULT_LIST, parseWholeList, readListText } from '../domain-list';
import { readAt } from '../review/git-versions';
import { functionOf, listFile, notListed, type Target, targetIn } from '../target';

/** What a rotation will do. Nothing is written yet. */
export interface Rotation {
  readonly target: Target;
  readonly place: FunctionTarget;
  readonly file: string;
  /** The text of the list with the new selector in it. */
  readonly edited: string;
  readonly from: string;
  readonly selector: string;
  /** Whether people publish the record; else the stack does, in Route 53. */
  readonly othersPublish: boolean;
}

/**
 * Finds out where a rotation leads, and that it may begin.
 * @throws CliError for a domain that is not listed, that is in the middle of a change, whose list is not the committed
 *   one, or that has no next selector: nothing was written
 */
export async function planRotation(
  cli: Cli,
  options: GlobalOptions & { readonly selector?: string },
  name: string,
): Promise<Rotation> {
  const named = listFile(cli.world, options);
  if (named === false) throw usageError('A rotation is written into the domain list; leave --no-list out.');
  const found = await readListText(cli.world, named);
  if (!found)
    throw usageError(
      `There is no ${DEFAULT_LIST} here. Run this where the domain list is, or name it with --list.`,
    );
  const list = parseWholeList(found.text, found.file);
  const readable = { list, broken: [] };
  const target = targetIn(cli.world, options, readable, name);
  const { listed } = target;
  if (!listed) throw usageError(`${name} cannot be rotated. ${notListed(target)}. Nothing was written.`);
  if (listed.rotate === 'automatic')
    throw usageError(
      `${listed.name} rotates by itself (rotate: automatic): the audit opens its rotations. To do it by hand, take that out of ` +
        'the list, write the selector that signs now (byodkim status says which) as its selector, deploy, then rotate. ' +
        'Nothing was written.',
    );
  if (listed.keyStore?.privateKey !== undefined)
    throw usageError(
      `${listed.name} names the place of its key (keyStore.privateKey), which a new selector's key would need as well. ` +
        'Put the new key where it belongs and change selector and place by hand.',
    );
  await refuseUncommitted(cli, found, listed);
  const place = functionOf(target);
  const status = await settledStatus(cli, target);
  const needed = neededOf(status, listed, cli.world.clock.now());
  const ofOtherRegions = list.domains.filter((each) => each.domain === listed.domain && each !== listed);
  const takesTurns = typeof namingOf(listed) === 'object';
  const selector = choose(cli, listed, options.selector, [
    ...(listed.record?.previousSelectors ?? []),
    ...needed,
    ...ofOtherRegions.flatMap(({ selector: used, record }) => [used, ...(record?.previousSelectors ?? [])]),
    // Where names are not used twice, none that ever was is taken.
    ...(takesTurns ? [] : status.history.flatMap(({ selector: used }) => used ?? [])),
  ]);
  return {
    target,
    place,
    file: found.file,
    edited: edited(found.text, listed, selector, needed),
    from: listed.selector,
    selector,
    othersPublish: listed.record === undefined,
  };
}

/** @throws CliError where a change is under way: a rotation begins from what stays */
async function settledStatus({ world }: Cli, target: Target): Promise<Answers['status']> {
  const { domain } = target;
  const place = functionOf(target);
  const status = await callFunction(world, place, 'status', { domain, region: place.region });
  if (status.revertsAt === null && status.busyUntil === null) return status;
  throw new CliError(
    `${target.entry} is in the middle of a change${status.revertsAt === null ? '' : ` that reverts at ${status.revertsAt} unless it is confirmed`}. ` +
      'Wait for its end (`byodkim status`), then rotate. Nothing was written.',
    'CONCURRENT_UPDATE',
  );
}

/** Somebody's uncommitted edit would otherwise be committed along with the rotation. */
async function refuseUncommitted(
  cli: Cli,
  { text, file }: { readonly text: string; readonly file: string },
  listed: ListedDomain,
): Promise<void> {
  const committed = await readAt(cli.world, file, 'HEAD').catch((error: unknown) => {
    if (error instanceof CliError) return null;
    throw error;
  });
  if (committed === null || committed.text === null || committed.text === text) return;
  const before = parseWholeList(committed.text, file).domains.find(({ stack }) => stack === listed.stack);
  const settings = (domain: ListedDomain | undefined) => JSON.stringify(domain && { ...domain, line: 0 });
  if (settings(before) === settings(listed)) return;
  throw usageError(
    `${file} describes ${listed.name} otherwise than the last commit (${committed.commit}) does. Commit or undo that first. Nothing was written.`,
  );
}

const namingOf = ({ record, selectorNaming }: ListedDomain) =>
  record?.delegation?.selectors ?? selectorNaming;

/** Selectors that sign, whose mail is under way, or that a change goes back to. */
function neededOf(
  { signers }: Answers['status'],
  { overlapDays = MINIMUM_OVERLAP_DAYS }: ListedDomain,
  now: number,
): string[] {
  const needed = signers.filter((signer) => isNeeded(stageOf(signer, overlapDays, now)));
  return needed.map(({ selector }) => selector);
}

function choose(cli: Cli, listed: ListedDomain, named: string | undefined, inUse: readonly string[]): string {
  try {
    return nextSelector({
      naming: named ?? namingOf(listed),
      current: listed.selector,
      inUse,
      now: cli.world.clock.now(),
    });
  } catch (error) {
    if (error instanceof NoNextSelector) throw usageError(`${error.message} Nothing was written.`);
    throw error;
  }
}

/** @param needed of the earlier selectors, the others need not be kept any more */
function edited(text: string, listed: ListedDomain, selector: string, needed: readonly string[]): string {
  const kept = listed.record?.previousSelectors?.filter((each) => needed.includes(each)) ?? [];
  const previous = [listed.selector, ...kept];
  const keeps = listed.record !== undefined;
  try {
    return editList(text, listed.name, [
      { path: ['selector'], value: selector },
      ...(keeps ? [{ path: ['record', 'previousSelectors'], value: previous }] : []),
    ]);
  } catch (error) {
    if (error instanceof CannotEditList) throw usageError(`${error.message} Nothing was written.`);
    throw error;
  }
}
