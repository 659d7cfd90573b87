import type { Argument, Command, Option } from 'commander';

/**
 * What could stand where the cursor is.
 * @param words what stands after the program's name, the last one as far as it was typed
 * @param domains the domains of the list
 */
export function candidates(program: Command, words: readonly string[], domains: readonly string[]): string[] {
  const typed = words.at(-1) ?? '';
  const { command, positionals, waiting } = read(program, words.slice(0, -1));
  const possible =
    waiting !== undefined
      ? (waiting.argChoices ?? [])
      : typed.startsWith('-')
        ? longNames(program, command)
        : command.commands.length > 0
          ? command
              .createHelp()
              .visibleCommands(command)
              .map((child) => child.name())
          : valuesOf(argumentAt(command, positionals), domains);
  return possible.filter((candidate) => candidate.startsWith(typed));
}

/** Which command the words so far are of, how many arguments it has, and the option that waits for its value. */
function read(program: Command, words: readonly string[]) {
  let command = program;
  let positionals = 0;
  let waiting: Option | undefined;
  for (const word of words) {
    if (waiting !== undefined) waiting = undefined;
    else if (word.startsWith('-')) {
      const option = [...command.options, ...program.options].find(
        ({ long, short }) => word === long || word === short,
      );
      waiting = option?.required || option?.optional ? option : undefined;
    } else {
      const child = command.commands.find((each) => each.name() === word);
      if (child) command = child;
      else positionals += 1;
    }
  }
  return { command, positionals, waiting };
}

const longNames = (program: Command, command: Command): string[] => [
  ...new Set(
    [...command.options, ...program.options].flatMap(({ hidden, long }) => (hidden || !long ? [] : [long])),
  ),
];

/** The last argument may stand for many. */
function argumentAt(command: Command, index: number): Argument | undefined {
  const all = command.registeredArguments;
  return all[index] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
}

const valuesOf = (argument: Argument | undefined, domains: readonly string[]): readonly string[] =>
  argument === undefined ? [] : (argument.argChoices ?? (argument.name() === 'domain' ? domains : []));
