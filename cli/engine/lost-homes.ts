/** Finds entries that have left the list although others of it were applied with their key. */
import type { DomainList } from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import type { KeyUsers } from '../facts/unlisted';
import { readStates, unlistedStacks } from './applied-state';

/**
 * Finds the stacks whose key entries of the list were applied with, and that the list does not have any more: the next deploy
 * would take away the right to read that key.
 */
export async function findLostHomes(list: DomainList): Promise<KeyUsers[]> {
  const { domains } = list;
  const removed = (await unlistedStacks(list)).flatMap((stack) => {
    const domain = parseEntryKey(stack)?.domain;
    const entries = domains.filter((each) => each.domain === domain);
    return entries.length === 0 ? [] : [{ stack, entries }];
  });
  if (removed.length === 0) return [];
  const states = await readStates(
    list.backend,
    removed.flatMap(({ stack, entries }) => [stack, ...entries.map((each) => each.stack)]),
  );
  return removed.flatMap(({ stack, entries }) => {
    const { region, resources = [] } = states.get(stack) ?? {};
    const others = entries
      .filter((each) => region !== undefined && states.get(each.stack)?.home === region)
      .map((each) => each.stack);
    // Under another name it is in the list.
    const isListed = entries.some((each) => each.region === region);
    return resources.length === 0 || isListed || others.length === 0 ? [] : [{ stack, others }];
  });
}
