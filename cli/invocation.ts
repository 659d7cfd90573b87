import type { Command } from 'commander';
import type { CliWorld, Sink } from './world';

/** Scripts of package.json that start this command: then there is no `byodkim` on the PATH. */
const SCRIPTS = ['byodkim', 'deploy', 'diff', 'destroy'];
/** What npm calls `npm run`; the second since npm 11. */
const RUN = ['run-script', 'run'];
const IN_A_CLONE = 'npm run byodkim --';

/** Returns a sink that replaces `byodkim` in messages by what a person has to type in a clone. */
export function namingCommand({ commands }: Command, { env }: CliWorld, sink: Sink): Sink {
  if (!RUN.includes(env.npm_command ?? '') || !SCRIPTS.includes(env.npm_lifecycle_event ?? '')) return sink;
  const names = commands.map((command) => command.name()).join('|');
  const pattern = new RegExp(`(?<![\\w./-]|npx )byodkim (?=(?:${names}|--help)(?![\\w-]))`, 'g');
  return {
    isTerminal: sink.isTerminal,
    ...(sink.columns !== undefined && { columns: sink.columns }),
    write: (text) => sink.write(text.replace(pattern, `${IN_A_CLONE} `)),
  };
}
