import { spawn } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Stage } from './stage';

const PROJECT_ROOT = path.join(__dirname, '..', '..');
const PROGRAM = path.join(PROJECT_ROOT, 'dist/cli/byodkim.js');

export interface CommandOutcome {
  readonly exitCode: number;
  readonly output: string;
}

/** A folder with an app, and the environment of its commands. */
export interface Workplace {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the built `byodkim` in a folder, and passes on its output as it comes. */
export function runByodkim(
  { folder, environment }: Workplace,
  args: readonly string[],
  onText: (text: string) => void = () => {},
): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      // In CI a state on the machine itself is refused: this one lives as long as the stage.
      env: { ...process.env, ...environment, CI: '', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        onText(text);
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output: stripVTControlCharacters(output) }));
  });
}

/** Runs `byodkim deploy`, `diff` or `destroy` on the stage's list, and prints the lines that matter. */
export function byodkim(
  stage: Stage,
  args: readonly string[],
  show: (text: string) => void,
): Promise<CommandOutcome> {
  const typed = args[0] === 'diff' ? args : [...args, '--verbose'];
  show(`$ byodkim ${typed.join(' ')}`);
  let rest = '';
  const summary = summarize();
  return runByodkim(stage, typed, (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const shown = summary(stripVTControlCharacters(line).trimEnd());
      if (shown) show(shown);
    }
  });
}

/**
 * Matches the engine's lines about resources and plans, and the command's own lines about stacks, including one that is
 * not planned.
 */
const SHOWN =
  /(Creation complete|Destruction complete|Modifications complete|^Plan: |^\[\d+\/\d+\] |^\S+ {2}unchanged: |^\S+: (?:The control stack|Signing had|not verified))/;
/** Matches the beginning of the block that explains an error of the function. All following lines belong to it. */
const ERROR_BLOCK = /^Error {4}\S/;

/** Returns a function that shortens a line, or returns undefined for one that does not matter to a reader. */
function summarize(): (line: string) => string | undefined {
  let isInBlock = false;
  return (line) => {
    isInBlock ||= ERROR_BLOCK.test(line);
    if (isInBlock) return line;
    if (!SHOWN.test(line)) return undefined;
    return line
      .replace(/\s*\[id=.*?\]/, '')
      .replace(/^((?:aws|terraform)_\w+)\.(\w+?)_[0-9A-F]{8}:/, '$1 $2:')
      .slice(0, 240);
  };
}
