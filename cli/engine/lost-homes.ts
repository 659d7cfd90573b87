/** Finds entries that were taken out of the list although other entries were applied with their keys. */
import type { DomainList } from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import type { KeyUsers } from '../words/unlisted';
import { readStates, unlistedStacks } from './applied-state';

/**
 * Finds stacks that are no longer in the list although entries of the list were applied with their keys. The next deploy would
 * remove the permission to read such a key.
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
    // The entry is in the list under another name.
    const isListed = entries.some((each) => each.region === region);
    return resources.length === 0 || isListed || others.length === 0 ? [] : [{ stack, others }];
  });
}
