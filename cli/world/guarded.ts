import { Redactor } from '../../handlers/errors/redact';
import { jsonWithoutCommands, withoutCommands } from '../../handlers/escape';
import type { CliWorld, Sink } from './world';

/** Masks PEM blocks: a key that was passed in place of a file's name is in the message about it. */
const redactor = new Redactor();

/** Guards all that a command prints: a zone, AWS or an argument may hold commands for CI, or a key. */
const guarded = (sink: Sink): Sink => ({
  write: (text) => sink.write(withoutCommands(redactor.redact(text))),
  isTerminal: sink.isTerminal,
  ...(sink.columns !== undefined && { columns: sink.columns }),
});

/** Returns the world with what is printed guarded. */
export const withGuardedOutput = (world: CliWorld): CliWorld => ({
  ...world,
  stdout: guarded(world.stdout),
  stderr: guarded(world.stderr),
});

/** Formats a result as JSON, guarded so that it stays JSON. */
export const guardedJson = (value: unknown): string => jsonWithoutCommands(redactor.redactValue(value));
