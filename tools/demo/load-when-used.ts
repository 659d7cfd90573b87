import { readFileSync } from 'node:fs';
import Module from 'node:module';

interface Loader {
  _load(name: string, parent: NodeModule | undefined, isMain: boolean): unknown;
  _resolveFilename(name: string, parent: NodeModule | undefined): string;
}

/** As TypeScript writes them. */
const EXPORTS = /\bexports\.(\w+) =/g;

/** From now on, the packages with these names are loaded when something of them is first looked at. */
export function loadWhenUsed(names: readonly string[]): void {
  const loader = Module as unknown as Loader;
  const load = loader._load;
  loader._load = function (name, parent, isMain) {
    if (!names.includes(name)) return load.call(this, name, parent, isMain);
    const source = readFileSync(loader._resolveFilename(name, parent), 'utf8');
    const looked = (property: string) => () =>
      (load.call(this, name, parent, isMain) as Record<string, unknown>)[property];
    const exported = [...source.matchAll(EXPORTS)].map(([, property = '']) => property);
    return Object.defineProperties(
      { __esModule: true },
      Object.fromEntries(exported.map((property) => [property, { enumerable: true, get: looked(property) }])),
    );
  };
}
