import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The app did not come to its end; it has said why. */
export class SynthesisError extends Error {}

/** Writes every stack of the list below `outdir`: once, whatever number of them is run. */
export function synthesizeStacks(projectRoot: string, outdir: string): Promise<void> {
  const { app } = JSON.parse(readFileSync(path.join(projectRoot, 'cdktf.json'), 'utf8')) as { app: string };
  const [, ...args] = app.split(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: projectRoot,
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new SynthesisError(`The stacks could not be synthesized (\`${app}\`).`)),
    );
  });
}
