import { usageError } from './cli-error';
import type { CliWorld } from './world';

/** Asks before something is changed. @throws CliError where nobody can be asked and `--yes` was not given */
export async function agree(world: CliWorld, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  const answer = await world.ask(`${question} [y/N]`);
  if (answer === null) throw usageError('There is no terminal to ask at; say --yes if this is meant.');
  return /^y(es)?$/i.test(answer.trim());
}
