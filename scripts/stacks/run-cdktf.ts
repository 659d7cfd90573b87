import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Engine } from '../../packages/engine/find-engine';

export interface CdktfRun {
  readonly exitCode: number;
  /** stdout and stderr, as they came. */
  readonly output: string;
}

/** What the engine wants where nobody may be asked and no version is looked up over the network. */
export const cdktfEnvironment = (engine: Engine): Record<string, string> => ({
  TERRAFORM_BINARY_NAME: engine.path,
  CHECKPOINT_DISABLE: '1',
  CI: '1',
});

/** Runs `cdktf`, showing what it prints. An interrupt goes to it as well, so that the engine ends in order. */
export function runCdktf(args: readonly string[], engine: Engine, projectRoot: string): Promise<CdktfRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [cdktfProgram(), ...args, ...outputOf(args), ...(process.stdout.isTTY ? [] : ['--no-color'])],
      {
        cwd: projectRoot,
        env: { ...process.env, ...cdktfEnvironment(engine) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    // The terminal sends an interrupt to all of its processes: this one only has to outlive the others.
    const ignore = () => undefined;
    process.on('SIGINT', ignore);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stderr.write(text);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', ignore);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

/** cdktf sets CDKTF_OUTDIR for the app, and does not itself heed it: what it writes would land in the project. */
function outputOf(args: readonly string[]): string[] {
  const { CDKTF_OUTDIR: folder } = process.env;
  const isGiven = args.some((argument) => /^(--output|-o)(=|$)/.test(argument));
  return folder === undefined || folder === '' || isGiven ? [] : ['--output', folder];
}

function cdktfProgram(): string {
  const manifest = createRequire(__filename).resolve('cdktf-cli/package.json');
  return path.join(path.dirname(manifest), 'bundle/bin/cdktf');
}
