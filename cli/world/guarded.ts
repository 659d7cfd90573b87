import { Redactor } from '../../handlers/errors/redact';
import { jsonWithoutCommands, withoutCommands } from '../../handlers/escape';
import type { CliWorld, Sink } from './world';

/** Masks PEM blocks, since a key that was passed in place of a file's name is in the error message. */
const redactor = new Redactor();

/** Guards everything that a command prints, since a zone, AWS or an argument may contain commands for CI, or a key. */
const guarded = (sink: Sink): Sink => ({
  write: (text) => sink.write(withoutCommands(redactor.redact(text))),
  isTerminal: sink.isTerminal,
  ...(sink.columns !== undefined && { columns: sink.columns }),
});

/** Returns the world with guarded output. */
export const withGuardedOutput = (world: CliWorld): CliWorld => ({
  ...world,
  stdout: guarded(world.stdout),
  stderr: guarded(world.stderr),
});

/** Formats a result as JSON, guarded so that it stays JSON. */
export const guardedJson = (value: unknown): string => jsonWithoutCommands(redactor.redactValue(value));
