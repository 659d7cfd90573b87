import type { FailingRollback } from '../words/manual';

/** The restore of the prior state while a rollback fails. */
export interface Restore extends FailingRollback {
  readonly commands: readonly string[];
}

/** Returns the restore from the function's answer while a rollback of a domain fails. */
export function restoreOf(
  place: Pick<FailingRollback, 'domain' | 'entry' | 'region'>,
  commands: readonly string[],
): Restore {
  const readsKey = commands.some((command) => command.includes(' s3api get-object '));
  return { ...place, readsKey, commands };
}
