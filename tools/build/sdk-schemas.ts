import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

const TABLES = /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;

/**
 * The SDK describes each shape of a service in a table, whose keys are constants: `{ [_h]: [...] }`. A computed key may
 * have a side effect, for all that esbuild knows, so it keeps the tables of every operation. With the keys written out,
 * those of operations that nobody calls are left out, a seventh of the whole.
 */
export const sdkSchemas: Plugin = {
  name: 'sdk-schemas',
  setup({ onLoad }) {
    onLoad({ filter: TABLES }, ({ path }) => ({
      contents: withKeysWrittenOut(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
  },
};

function withKeysWrittenOut(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return source.replace(/\[(\w+)\]:/g, (key, name: string) =>
    constants.has(name) ? `${constants.get(name)}:` : key,
  );
}
