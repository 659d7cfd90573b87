import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { PROJECT_ROOT } from '../../constructs/built-handler';

/**
 * Bundles `byodkim` into one file: from the sources each start takes a second.
 * @param folder to be made, and to be run in: a project of its own, whose app is the built one
 */
export async function bundledStacksCommand(folder: string): Promise<string> {
  const outfile = path.join(folder, 'cli', 'byodkim.js');
  await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: ['cli/byodkim.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Of what calls AWS it needs one client here.
    external: [
      ...['cdktf', '@cdktf/*', 'constructs', 'esbuild'],
      ...['@aws-sdk/client-lambda', '@aws-sdk/client-s3', '@aws-sdk/client-sts'],
    ],
  });
  const app = `node ${path.join(PROJECT_ROOT, 'dist/app/main.js')}`;
  writeFileSync(path.join(folder, 'package.json'), '{}');
  writeFileSync(path.join(folder, 'cdktf.json'), JSON.stringify({ app }));
  return outfile;
}
