import { Redactor } from '../../handlers/errors/redact';
import { jsonWithoutCommands, withoutCommands } from '../../handlers/escape';
import type { CliWorld, Sink } from './world';

/**
 * The length of the longest name that a file, a domain or a region can have. A longer argument may be a key, or part of one, in
 * a form that nobody foresaw.
 */
const LONGEST_NAME = 255;

/** Masks private keys, since a key that was passed in place of a file's name is in the error message. */
function redactorFor(args: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const each of args) {
    const [, value = each] = /^--[a-z-]+=(.*)$/s.exec(each) ?? [];
    if (value.length > LONGEST_NAME) redactor.registerText(value);
  }
  return redactor;
}

/** Guards everything that a command prints, since a zone, AWS or an argument may contain commands for CI, or a key. */
const guarded = (sink: Sink, redactor: Redactor): Sink => ({
  write: (text) => sink.write(withoutCommands(redactor.redact(text))),
  isTerminal: sink.isTerminal,
  ...(sink.columns !== undefined && { columns: sink.columns }),
});

/** A world with guarded output, and its form of JSON. */
export interface Guarded {
  readonly world: CliWorld;
  /** Formats a result as JSON, guarded so that it stays JSON. */
  readonly json: (value: unknown) => string;
}

/** Returns the world with guarded output. @param args of the command line */
export function withGuardedOutput(world: CliWorld, args: readonly string[]): Guarded {
  const redactor = redactorFor(args);
  const [stdout, stderr] = [guarded(world.stdout, redactor), guarded(world.stderr, redactor)];
  return {
    world: { ...world, stdout, stderr },
    json: (value) => jsonWithoutCommands(redactor.redactValue(value)),
  };
}
