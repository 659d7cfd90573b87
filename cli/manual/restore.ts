import {
  expectedWords,
  RESTORE_EXPECTED,
  type RestoreFacts,
  restoreHead,
  restoreTail,
} from '../words/manual';

/** The restore of the prior state while a rollback fails. */
export interface Restore {
  readonly code: 'ROLLBACK_FAILED';
  readonly facts: RestoreFacts;
  readonly commands: readonly string[];
}

/** Returns the restore from the function's answer while a rollback of a domain fails. */
export function restoreOf(
  place: Pick<RestoreFacts, 'domain' | 'entry' | 'region'>,
  commands: readonly string[],
): Restore {
  const readsKey = commands.some((command) => command.includes(' s3api get-object '));
  return { code: 'ROLLBACK_FAILED', facts: { ...place, readsKey }, commands };
}

/** Formats the restore as a shell script with comments. */
export const restoreScript = ({ facts, commands }: Restore): string =>
  [
    ...restoreHead(facts).map((line) => `# ${line}`),
    '',
    ...commands,
    `# ${expectedWords(RESTORE_EXPECTED)}`,
    '',
    `# ${restoreTail(facts.entry)}`,
  ].join('\n');
