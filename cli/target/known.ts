import { MOST_KNOWN } from '../../handlers/contract/input/event-schema';
import type { KnownDomain } from '../../handlers/reports/known-domain';
import { type DomainList, regionsOf } from '../../list/domain-list';
import { CliError, orCliError } from '../errors/cli-error';
import { mapConcurrently } from '../pace/concurrency';
import type { CliWorld } from '../world/world';
import { functionNameOf } from './domain-list';
import { callFunction } from './function';

const AT_ONCE = 4;

/** The known facts about entries, or the error of a function that has not answered. */
export type KnownFacts = ReadonlyMap<string, KnownDomain | CliError>;

/**
 * Asks the functions of a list for the known facts about its entries, without asking SES. Returns an error for each entry
 * whose function does not answer.
 */
export async function askKnown(
  world: CliWorld,
  list: DomainList,
  stacks: readonly string[],
): Promise<KnownFacts> {
  const asked = new Set(stacks);
  const calls = regionsOf(list).flatMap((region) => {
    const entries = list.domains.filter((each) => each.region === region && asked.has(each.stack));
    return Array.from({ length: Math.ceil(entries.length / MOST_KNOWN) }, (_, at) => ({
      region,
      entries: entries.slice(at * MOST_KNOWN, (at + 1) * MOST_KNOWN),
    }));
  });
  const functionName = functionNameOf(list);
  const answers = await mapConcurrently(calls, AT_ONCE, async ({ region, entries }) => {
    const domains = entries.map(({ domain }) => domain);
    const answer = await orCliError(
      callFunction(world, { functionName, region }, 'known', { domains, region }),
    );
    return entries.map(
      ({ stack }, at) => [stack, answer instanceof CliError ? answer : answer.domains[at]!] as const,
    );
  });
  return new Map(answers.flat());
}
