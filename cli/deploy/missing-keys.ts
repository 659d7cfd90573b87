/** Finds the entries that need no change, and whose private key is gone: neither the next change nor a rollback can read it. */
import type { KnownDomain } from '../../handlers/audit/status';
import { CliError } from '../errors/cli-error';
import type { HandlerError } from '../facts/failures';
import type { Outcome } from '../facts/outcomes';
import { askKnown } from '../target/known';
import type { Deployment } from './deployment';

/** Adds the loss of its private key to each entry that the engine has found unchanged. Does not call SES. */
export async function withMissingKeys(
  { action, cli, list, signal }: Deployment,
  ended: readonly Outcome[],
): Promise<Outcome[]> {
  const unchanged = ended.filter((each) => each.ended === 'unchanged').map(({ stack }) => stack);
  if (action !== 'deploy' || unchanged.length === 0 || signal.aborted) return [...ended];
  const known = await askKnown(cli.world, list, unchanged);
  return ended.map((each) => ({ ...each, errors: [...each.errors, ...missingIn(known.get(each.stack))] }));
}

/** A function that cannot be asked says nothing of the key: the plan has found the entry unchanged. */
function missingIn(known: KnownDomain | CliError | undefined): HandlerError[] {
  if (known === undefined || known instanceof CliError) return [];
  return known.findings
    .filter(({ code }) => code === 'KEY_MISSING')
    .map(({ code, found: message, facts, todo: advice }) => ({ code, message, facts, advice }));
}
