import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';
import { bundle, writeBuilt } from './bundle';
import { type BundleInputs, readManifest, sha256, whatChanged, whatIsWrongWith } from './manifest';

/** A program that runs by itself, built so that it starts fast. */
interface Program {
  readonly entry: string;
  readonly file: string;
  readonly options: BuildOptions;
}

interface ProgramManifest extends BundleInputs {
  readonly sha256Base64: string;
}

export const PROGRAMS: Readonly<Record<'cli' | 'lambdaRunner', Program>> = {
  cli: {
    entry: 'cli/byodkim.ts',
    file: 'dist/cli/byodkim.js',
    // cdktf finds files beside its own, so it stays outside.
    options: {
      banner: { js: '#!/usr/bin/env node' },
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
  const { code, inputs } = await bundle(root, entry, options, ['scripts/build/programs.ts']);
  const manifest: ProgramManifest = { ...inputs, sha256Base64: sha256(code, 'base64') };
  writeBuilt(root, file, code, 0o755);
  writeBuilt(root, manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  return true;
}
