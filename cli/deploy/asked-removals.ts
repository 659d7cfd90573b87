/** Warns of entries that return to a selector whose record the DNS team was asked to remove. */
import { recordName } from '../../handlers/contract/contract';
import { askedRemovalOf } from '../../handlers/ledger/removals';
import type { KnownFacts } from '../target/known';
import type { Deployment } from './deployment';
import { answerOf, withAnswers } from './known-facts';
import { askedRemovalLine } from './report';

/** Prints the request before the selector is set. Asks the functions only about entries whose selector changes. */
export async function warnOfRemovals(
  deployment: Deployment,
  known: KnownFacts,
  stacks: readonly string[],
): Promise<void> {
  const { list, states, cli } = deployment;
  const rotated = list.domains.filter(({ stack, domain, selector }) => {
    const before = states.get(stack)?.recordName;
    return stacks.includes(stack) && before !== undefined && before !== recordName(domain, selector);
  });
  const answers = await withAnswers(
    deployment,
    known,
    rotated.map(({ stack }) => stack),
  );
  for (const listed of rotated) {
    const answer = answerOf(answers, listed.stack);
    const asked = answer && askedRemovalOf(answer.removals, listed);
    if (asked) cli.out.write(askedRemovalLine(listed.stack, asked));
  }
}
