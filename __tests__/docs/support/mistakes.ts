import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CommanderError } from 'commander';
import { createProgram } from '../../../cli/program';
import type { CliWorld } from '../../../cli/world/world';
import { memorySink } from '../../cli/support/terminal';
import { mistakesOfAws } from './aws';
import { PROJECT } from './pages';

const { scripts } = JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const CDKTF = ['deploy', 'destroy', 'diff', 'list', 'output', 'synth'];
const ENGINE = ['apply', 'force-unlock', 'import', 'init', 'plan', 'providers', 'state', 'untaint'];
const NPM = ['ci', 'install', 'pack', 'test'];

/**
 * What is wrong with a command; commands of other programs are none of ours.
 * @param mayBeCutShort whether arguments may be missing, as in a sentence that names a command
 */
export function mistakesOf(command: readonly string[], mayBeCutShort: boolean): string[] {
  const [program, ...args] = command;
  switch (program) {
    case 'npm':
      return mistakesOfNpm(args, mayBeCutShort);
    case 'npx':
      return mistakesOfNpx(args, mayBeCutShort);
    case 'byodkim':
      return mistakesOfByodkim(args, mayBeCutShort);
    case 'aws':
      return mistakesOfAws(command);
    case 'tofu':
      return ENGINE.includes(args[0] ?? '') ? [] : [`${program} has no ${args[0]}`];
    case 'cdktf':
      return args.length === 0 || CDKTF.includes(args[0]!) ? [] : [`cdktf has no ${args[0]}`];
    default:
      return [];
  }
}

function mistakesOfNpm([verb = '', ...rest]: readonly string[], mayBeCutShort: boolean): string[] {
  if (verb !== 'run') return NPM.includes(verb) ? [] : [`npm ${verb} is not used here`];
  const separator = rest.indexOf('--');
  const before = separator < 0 ? rest : rest.slice(0, separator);
  const after = separator < 0 ? [] : rest.slice(separator + 1);
  const [script = '', ...more] = before.filter((word) => word !== '--silent');
  if (more.length > 0) return [`npm run ${script}: put -- before ${more.join(' ')}`];
  const names = script.split('|');
  const unknown = names
    .filter((name) => scripts[name] === undefined)
    .map((name) => `there is no npm run ${name}`);
  if (unknown.length > 0) return unknown;
  if (script === 'byodkim') return mistakesOfByodkim(after, mayBeCutShort);
  return names.every((name) => DEPLOYS.includes(name))
    ? mistakesOfByodkim([names[0]!, ...after], mayBeCutShort)
    : [];
}

/** Scripts that are the commands of the same names. */
const DEPLOYS = ['deploy', 'diff', 'destroy'];

function mistakesOfNpx([program = '', ...args]: readonly string[], mayBeCutShort: boolean): string[] {
  if (program === 'byodkim') return mistakesOfByodkim(args, mayBeCutShort);
  const exists = existsSync(path.join(PROJECT, 'node_modules/.bin', program.replace(/@.*/, '')));
  return exists ? mistakesOf([program, ...args], mayBeCutShort) : [`npx finds no ${program}`];
}

/** What commander finds in a command that is only named. */
const CUT_SHORT = ['commander.missingArgument', 'commander.missingMandatoryOptionValue', 'commander.help'];

/** Parses with the command's own parser, whose commands do nothing here. */
function mistakesOfByodkim(args: readonly string[], mayBeCutShort: boolean): string[] {
  if (args.length === 0 || args[0] === '…') return [];
  const stderr = memorySink();
  const world = { stdout: memorySink(), stderr } as unknown as CliWorld;
  try {
    createProgram(world, () => async () => undefined).parse([...args], { from: 'user' });
    return [];
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isCutShort = CUT_SHORT.includes(error.code);
    return error.exitCode === 0 || (mayBeCutShort && isCutShort) ? [] : [stderr.text];
  }
}
