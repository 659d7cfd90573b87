/** Finds the entries that need no change, and whose private key is gone: neither the next change nor a rollback can read it. */
import type { KnownDomain } from '../../handlers/audit/status';
import { CliError } from '../errors/cli-error';
import type { HandlerError } from '../facts/failures';
import type { Outcome } from '../facts/outcomes';
import { askKnown, type KnownFacts } from '../target/known';
import type { Deployment } from './deployment';

/**
 * Adds the loss of its private key to each entry that the engine has found unchanged. Does not call SES.
 * @param known the answers that decided which entries are planned; a function that did not answer is asked again
 */
export async function withMissingKeys(
  { action, cli, list, signal }: Deployment,
  ended: readonly Outcome[],
  known: KnownFacts,
): Promise<Outcome[]> {
  const unchanged = ended.filter((each) => each.ended === 'unchanged').map(({ stack }) => stack);
  if (action !== 'deploy' || unchanged.length === 0 || signal.aborted) return [...ended];
  const unanswered = unchanged.filter((stack) => !isAnswer(known.get(stack)));
  const asked = await askKnown(cli.world, list, unanswered);
  return ended.map((each) => {
    const { stack, errors } = each;
    return { ...each, errors: [...errors, ...missingIn(asked.get(stack) ?? known.get(stack))] };
  });
}

/** A function that cannot be asked says nothing of the key: the plan has found the entry unchanged. */
function missingIn(known: KnownDomain | CliError | undefined): HandlerError[] {
  if (!isAnswer(known)) return [];
  return known.findings
    .filter(({ code }) => code === 'KEY_MISSING')
    .map(({ code, found: message, facts, todo: advice }) => ({ code, message, facts, advice }));
}

const isAnswer = (known: KnownDomain | CliError | undefined): known is KnownDomain =>
  known !== undefined && !(known instanceof CliError);
