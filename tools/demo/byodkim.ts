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

/** Runs `byodkim deploy`, `diff` or `destroy` on the stage's list, and shows the lines that say what happens. */
export function byodkim(
  stage: Stage,
  args: readonly string[],
  show: (text: string) => void,
): Promise<CommandOutcome> {
  show(`$ byodkim ${args.join(' ')}`);
  return new Promise((resolve, reject) => {
    const verbose = args[0] === 'diff' ? [] : ['--verbose'];
    const child = spawn(process.execPath, [PROGRAM, ...args, ...verbose], {
      cwd: PROJECT_ROOT,
      // In CI a state on the machine itself is refused: this one lives as long as the stage.
      env: { ...process.env, ...stage.environment, CI: '', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let rest = '';
    const summary = summarize();
    const read = (text: string) => {
      output += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const shown = summary(stripVTControlCharacters(line).trimEnd());
        if (shown) show(shown);
      }
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output: stripVTControlCharacters(output) }));
  });
}

/** The engine's lines about resources and plans, and the command's own about stacks. */
const SHOWN =
  /(Creation complete|Destruction complete|Modifications complete|^Plan: |^\[\d+\/\d+\] |^\S+: (?:The control stack|Signing had|not verified))/;
/** Begins the block that explains an error of the function; everything after it belongs to it. */
const ERROR_BLOCK = /^Error {4}\S/;

/** Returns a function that shortens a line, or returns undefined where it says nothing to a reader. */
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
