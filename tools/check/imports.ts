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

/** The shortest circle through each file that is on one, each circle once: `a → b → a` is `['a', 'b']`. */
export const findCircles = (graph: ImportGraph): string[][] => {
  const circles = new Map<string, string[]>();
  for (const file of graph.keys()) {
    const circle = shortestWayBack(graph, file);
    if (!circle) continue;
    const key = [...circle].sort().join();
    if (!circles.has(key)) circles.set(key, circle);
  }
  return [...circles.values()];
};

const shortestWayBack = (graph: ImportGraph, start: string): string[] | undefined => {
  const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
  const queue = [start];
  for (const file of queue) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) return wayTo(file, cameFrom);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      queue.push(target);
    }
  }
  return undefined;
};

const wayTo = (file: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] => {
  const way: string[] = [];
  for (let at: string | undefined = file; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
};
