/**
 * `npm run prepack`: makes the package's content in addition to the function's zip and the command. It writes the zip's
 * checksum, and the constructs as JavaScript with types, for cdktf and, from the same sources, for CDK Terrain, whose
 * imports have other names.
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../../constructs/built-handler';
import { writeBuilt } from './bundle';

const ENTRIES = ['constructs/index.ts', 'handlers/contract/contract.ts'];
/** One folder for each toolkit, with the names of the modules that the sources import. */
const TOOLKITS: Readonly<Record<string, (code: string) => string>> = {
  'dist/package/cdktf': (code) => code,
  'dist/package/cdktn': (code) =>
    code.replace(/(["'])(?:(cdktf)|@cdktf\/(provider-aws\/[^"']+))\1/g, (_, quote, toolkit, provider) =>
      toolkit ? `${quote}cdktn${quote}` : `${quote}@cdktn/${provider}${quote}`,
    ),
};

/**
 * Writes the compiled library.
 * @throws Error with every compiler error
 */
export function buildPackage(root: string): void {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(
    ENTRIES.map((entry) => path.join(root, entry)),
    {
      ...options,
      incremental: false,
      tsBuildInfoFile: undefined,
      declaration: true,
      rootDir: root,
      outDir: root,
      types: ['node'],
    },
  );
  const files = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) => files.set(path.relative(root, file), text));
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length > 0)
    throw new Error(
      ts.formatDiagnostics(problems, {
        getCurrentDirectory: () => root,
        getCanonicalFileName: (name) => name,
        getNewLine: () => '\n',
      }),
    );
  for (const [folder, named] of Object.entries(TOOLKITS)) {
    rmSync(path.join(root, folder), { recursive: true, force: true });
    for (const [file, text] of files) writeBuilt(root, path.join(folder, file), named(text));
  }
  // In the format of `sha256sum --check`, whose hash the modules accept as `zip_sha256`.
  const zip = readFileSync(path.join(root, HANDLER_ZIP));
  writeBuilt(root, `${HANDLER_ZIP}.sha256`, `${sha256(zip, 'hex')}  ${path.basename(HANDLER_ZIP)}\n`);
}

if (require.main === module) buildPackage(PROJECT_ROOT);
