import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import { createProgram } from '../../cli/program';
import type { CliWorld } from '../../cli/world';
import type { GeneratedDocument } from './document';

const WIDTH = 100;

/** The help texts of `byodkim`, one section a command: what a person reads is what `--help` says. */
export const commandLine: GeneratedDocument = {
  path: 'docs/cli.md',
  generate: () => {
    let text = '';
    const stdout = { write: (part: string) => (text += part), columns: WIDTH };
    // Help is made of the program alone: nothing of the world is asked but where to write.
    const world = { stdout, stderr: stdout } as unknown as CliWorld;
    const help = (command: Command): string => {
      text = '';
      command.outputHelp();
      return stripVTControlCharacters(text).trim();
    };
    const program = createProgram(world, () => () => Promise.resolve());
    const sections = commandsOf(program).map(
      (command) => `## ${nameOf(command)}\n\n\`\`\`text\n${help(command)}\n\`\`\`\n`,
    );
    return [
      '# The operator’s command',
      '',
      '`npm run --silent byodkim -- …` from a clone, or `npx byodkim …` after `npm run build`. This page is what `--help`',
      'says; it is generated: `npm run docs`.',
      '',
      '```text',
      help(program),
      '```',
      '',
      ...sections,
    ].join('\n');
  },
};

const commandsOf = (command: Command): Command[] =>
  command.commands
    .filter((each) => each.name() !== 'help')
    .flatMap((each) => (each.commands.length > 0 ? commandsOf(each) : [each]));

function nameOf(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each; each = each.parent) names.unshift(each.name());
  return names.join(' ');
}
