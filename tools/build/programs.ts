import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';
import { sha256 } from '../../constructs/built-handler';
import { type BundleInputs, readManifest, whatChanged, whatIsWrongWith } from './built-from';
import { bundle, writeBuilt } from './bundle';
import { THIRD_PARTY_FILE, thirdPartyText } from './third-party';

/** A program that runs by itself, built so that it starts fast. */
interface Program {
  readonly entry: string;
  readonly file: string;
  readonly options: BuildOptions;
}

export interface ProgramManifest extends BundleInputs {
  /** Folders of the packages that are in it, as the lock file names them. */
  readonly bundled: readonly string[];
  readonly sha256Base64: string;
}

/** Before anything of the bundle runs: an older Node would break somewhere in the middle of it. */
const NODE_GUARD =
  "if (parseInt(process.versions.node, 10) < 20) { console.error('byodkim: Node 20 or newer is needed, and this is ' + " +
  "process.version + ': install it from https://nodejs.org or with a version manager.'); process.exit(1); }";

export const PROGRAMS: Readonly<Record<'app' | 'cli' | 'lambdaRunner', Program>> = {
  /** As `cdktf.json` has it run, for those who synthesize many times: half the time. */
  app: {
    entry: 'main.ts',
    file: 'dist/app/main.js',
    options: { external: ['cdktf', '@cdktf/*', 'constructs', 'esbuild'] },
  },
  cli: {
    entry: 'cli/byodkim.ts',
    file: 'dist/cli/byodkim.js',
    // cdktf finds files beside its own, so it stays outside.
    options: {
      banner: { js: `#!/usr/bin/env node\n${NODE_GUARD}` },
      external: ['cdktf', '@cdktf/*', 'constructs', 'esbuild'],
    },
  },
  lambdaRunner: {
    entry: 'packages/sandbox/lambda/runner.ts',
    file: 'dist/sandbox/lambda-runner.js',
    options: {},
  },
};

/** Builds a program, if its source exists. Returns whether there was anything to do. */
export async function buildProgram(root: string, program: Program): Promise<boolean> {
  const { entry, file, options } = program;
  if (!existsSync(path.join(root, entry))) return false;
  const manifestFile = `${file}.json`;
  const built = readManifest<ProgramManifest>(root, manifestFile);
  if (built && !(whatIsWrongWith(root, file, built.sha256Base64) ?? whatChanged(root, built))) return false;
  const { code, inputs, packages, legalComments } = await bundle(
    root,
    entry,
    { legalComments: 'external', ...options },
    ['tools/build/programs.ts', 'tools/build/third-party.ts'],
  );
  const manifest: ProgramManifest = { ...inputs, bundled: packages, sha256Base64: sha256(code, 'base64') };
  writeBuilt(
    root,
    path.join(path.dirname(file), THIRD_PARTY_FILE),
    thirdPartyText(root, packages, legalComments),
  );
  writeBuilt(root, file, code, 0o755);
  writeBuilt(root, manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  return true;
}
