import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';
import { type ZipOptions, zipSync } from 'fflate';
import { HANDLER_ZIP, sha256 } from '../../constructs/built-handler';
import { isStale, type Manifest, manifestOf } from './built-from';
import { bundle, writeBuilt } from './bundle';
import { THIRD_PARTY_FILE, thirdPartyText } from './third-party';

/** A self-contained program, built for a fast start. */
interface Program {
  readonly entry: string;
  readonly file: string;
  readonly options: BuildOptions;
  /**
   * Packs the program with the licences of its packages.
   * @default a separate file holds the licences
   */
  readonly pack?: (code: Buffer, thirdParty: string) => Buffer;
}

/** Runs before the rest of the bundle, in which an older Node would fail at some later place. */
const NODE_GUARD =
  "if (parseInt(process.versions.node, 10) < 20) { console.error('byodkim: Node 20 or newer is needed, and this is ' + " +
  "process.version + ': install it from https://nodejs.org or with a version manager.'); process.exit(1); }";

/** Fixed values for a zip's metadata of a file. fflate writes the local time of `mtime`. */
const ZIP_ENTRY: ZipOptions = { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 };

export const PROGRAMS: Readonly<Record<'handler' | 'app' | 'cli' | 'lambdaRunner', Program>> = {
  /** The function's zip: `index.js`, and the licences of its packages. Equal code gives equal bytes. */
  handler: {
    entry: 'handlers/index.ts',
    file: HANDLER_ZIP,
    options: { minify: true },
    pack: (code, thirdParty) =>
      Buffer.from(
        zipSync({
          'index.js': [code, ZIP_ENTRY],
          [THIRD_PARTY_FILE]: [Buffer.from(thirdParty), ZIP_ENTRY],
        }),
      ),
  },
  /** The app of `cdktf.json`. Built, it takes a third of the time. */
  app: {
    entry: 'main.ts',
    file: 'dist/app/main.js',
    options: {},
  },
  cli: {
    entry: 'cli/byodkim.ts',
    file: 'dist/cli/byodkim.js',
    // cdktf is a peer dependency, so it stays outside of the bundle: the user's app brings its own.
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

/** Builds a program if its source exists. Returns whether it was stale. */
export async function buildProgram(root: string, { entry, file, options, pack }: Program): Promise<boolean> {
  if (!existsSync(path.join(root, entry)) || !isStale(root, file)) return false;
  const { code, madeOf, legalComments } = await bundle(root, entry, options);
  const thirdParty = thirdPartyText(root, madeOf.bundled, legalComments);
  if (!pack) writeBuilt(root, path.join(path.dirname(file), THIRD_PARTY_FILE), thirdParty);
  const built = pack ? pack(code, thirdParty) : code;
  writeBuilt(root, file, built, pack ? 0o644 : 0o755);
  const manifest: Manifest = { sha256Base64: sha256(built, 'base64'), ...madeOf };
  writeBuilt(root, manifestOf(file), `${JSON.stringify(manifest, null, 2)}\n`);
  return true;
}
