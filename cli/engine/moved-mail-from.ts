/** Finds MAIL FROM domains whose records one stack has in Route 53, and the list gives to the stack of another region. */
import { mailFromDomainOf } from '../../handlers/contract/contract';
import type { DomainList } from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import { publisherOfMailFrom } from '../../list/mail-from';
import type { MovedMailFrom } from '../words/unlisted';
import { readStates, unlistedStacks } from './applied-state';

/** Finds the records that two stacks would own after a deploy. */
export async function findMovedMailFrom(list: DomainList): Promise<MovedMailFrom[]> {
  const { domains } = list;
  const publishers = domains.filter((each) => publisherOfMailFrom(domains, each)?.stack === each.stack);
  const stacks = [...domains.map(({ stack }) => stack), ...(await unlistedStacks(list))];
  const othersOf = (domain: string): string[] =>
    stacks.filter((stack) => parseEntryKey(stack)?.domain === domain);
  // Most domains are in one region, and their states are read once they are planned.
  const atStake = publishers.filter(({ domain }) => othersOf(domain).length > 1);
  const asked = [...new Set(atStake.flatMap(({ domain }) => othersOf(domain)))];
  const states = await readStates(list.backend, asked);
  return atStake.flatMap((publisher) => {
    const name = mailFromDomainOf(publisher)!;
    return othersOf(publisher.domain)
      .filter((stack) => {
        const { mailFrom, region } = states.get(stack) ?? {};
        // A stack in the same region is the same entry under another name.
        return mailFrom === name && region !== undefined && region !== publisher.region;
      })
      .map((stack) => ({ stack, to: publisher.stack, name }));
  });
}
