import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What each file imports of the project itself, types included: paths relative to the project. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Reads the imports of the files. A circle of types counts as well: it ties the files together for a reader. */
export const readImports = (root: string, files: readonly string[]): ImportGraph =>
  new Map(files.map((file) => [file, importsOf(root, file)]));

const importsOf = (root: string, file: string): string[] => {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => resolve(root, path.posix.join(path.posix.dirname(file), fileName)));
};

const resolve = (root: string, target: string): string =>
  [`${target}.ts`, `${target}/index.ts`].find((each) => existsSync(path.join(root, each))) ?? target;
