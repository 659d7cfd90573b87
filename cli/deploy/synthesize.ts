import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DOMAINS_VARIABLE, ENGINE_VARIABLE } from '../../list/domain-list';
import { engineName, type KnownEngine } from '../../packages/engine/engine-version';
import { CliError, usageError } from '../cli-error';

/**
 * Runs the app of `cdktf.json`, which writes every stack of the list below `outdir`: once, for any number of stacks.
 * @throws CliError if there is no app here, or it failed
 */
export async function synthesizeStacks(
  folder: string,
  list: string,
  outdir: string,
  engine: KnownEngine,
): Promise<void> {
  const config = path.join(folder, 'cdktf.json');
  if (!existsSync(config))
    throw usageError(
      'There is no cdktf.json here, and so no app that makes the stacks. Run this at the root of a clone of ses-byodkim; ' +
        'an app of your own is deployed with cdktf.',
    );
  const { app } = JSON.parse(readFileSync(config, 'utf8')) as { app: string };
  const [program = '', ...args] = app.split(' ');
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    spawn(program === 'node' ? process.execPath : program, args, {
      cwd: folder,
      env: {
        ...process.env,
        CDKTF_OUTDIR: outdir,
        [DOMAINS_VARIABLE]: list,
        [ENGINE_VARIABLE]: engineName(engine),
      },
      // Stdout holds the result alone.
      stdio: ['ignore', 'ignore', 'inherit'],
    })
      .on('error', reject)
      .on('close', resolve);
  });
  if (exitCode !== 0)
    throw new CliError(`The stacks could not be synthesized (\`${app}\`); see above.`, 'SYNTHESIS_FAILED');
}
