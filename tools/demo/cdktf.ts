import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { findHandlerErrors } from '../../cli/deploy/handler-errors';
import { errorBlock } from '../../cli/deploy/report';
import type { Stage } from './stage';
import { unframe } from './unframe';

const PROJECT_ROOT = path.join(__dirname, '..', '..');
/** The app of `cdktf.json`, as `npm run build` bundles it: it starts in half the time. */
const APP = 'node dist/app/main.js';

export interface CdktfOutcome {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs the `cdktf` command on one stack, and shows the lines that say what happens. */
export function cdktf(
  stage: Stage,
  args: readonly [command: string, stack: string, ...flags: string[]],
  show: (text: string) => void,
): Promise<CdktfOutcome> {
  const all = [
    ...args,
    '--app',
    APP,
    '--output',
    stage.outdir,
    ...(args[0] === 'diff' ? [] : ['--auto-approve']),
  ];
  show(`$ cdktf ${args.join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program(), ...all, ...stage.cdktfFlags], {
      cwd: PROJECT_ROOT,
      // In CI cdktf draws nothing over and over.
      env: { ...process.env, ...stage.environment, CI: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let line = '';
    const read = (text: string) => {
      output += text;
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const each of lines) {
        const shown = summary(each);
        if (shown) show(shown);
      }
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('error', reject);
    child.on('close', (code) => {
      const plain = stripVTControlCharacters(output);
      for (const error of findHandlerErrors(unframe(plain))) show(errorBlock(error, args[1]));
      resolve({ exitCode: code ?? 1, output: plain });
    });
  });
}

/** The engine's lines about resources and plans. */
const SHOWN =
  /(Creation complete|Destruction complete|Modifications complete|Plan: \d|No changes\.|Apply complete|Destroy complete|Error: )/;

function summary(line: string): string | undefined {
  const plain = stripVTControlCharacters(line).trimEnd();
  if (!SHOWN.test(plain)) return undefined;
  return plain
    .replace(/^\s*[A-Za-z0-9.-]+\s{2,}/, '')
    .replace(/^[│╷\s]+/u, '')
    .replace(/\s*\[id=.*?\]/, '')
    .replace(/^((?:aws|terraform)_\w+)\.(\w+?)_[0-9A-F]{8}:/, '$1 $2:')
    .slice(0, 110);
}

function program(): string {
  const manifest = createRequire(__filename).resolve('cdktf-cli/package.json');
  return path.join(path.dirname(manifest), 'bundle/bin/cdktf');
}
