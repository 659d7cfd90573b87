/**
 * Writes the names of all arguments and attributes of the resources and data sources that this project uses, as bindings on npm
 * carry them: `npx tsx tools/provider-schemas.ts FOLDER…`, a folder for each version of the provider, e.g. one into which
 * `npm pack @cdktn/provider-aws@25.7.0` was unpacked. They are data since the newest bindings need Node 22.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../constructs/built-handler';

export const SCHEMAS = path.join(PROJECT_ROOT, '__tests__/provider/schemas.json');

/** By version, then by type (`data.` before that of a data source): paths, `arn environment environment.variables`. */
export type Schemas = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Types that the modules and constructs use, which the modules name in full. */
export function usedTypes(): string[] {
  const files = ['control', 'domain'].flatMap((module) =>
    readdirSync(path.join(PROJECT_ROOT, 'modules', module)).map((file) => path.join('modules', module, file)),
  );
  const text = files.map((file) => readFileSync(path.join(PROJECT_ROOT, file), 'utf8')).join('\n');
  const found = [...text.matchAll(/^(resource|data) "aws_(\w+)"/gm)];
  return [...new Set(found.map(([, kind, type]) => `${kind === 'data' ? 'data.' : ''}aws_${type}`))].sort();
}

/** Reads the classes of a binding: each has a getter for each attribute, and a child for each block. */
function pathsOf(source: string): string[] {
  const classes = new Map(
    source
      .split(/^class /m)
      .slice(1)
      .map((text) => [/^\w+/.exec(text)![0], text]),
  );
  const within = (name: string, prefix: string): string[] => {
    const text = classes.get(name.replace(/(List|Map)$/, 'OutputReference')) ?? '';
    const own = [...text.matchAll(/\bget\w+Attribute\(['"](\w+)['"]\)/g)].map(
      ([, attribute]) => prefix + attribute,
    );
    const blocks = [...text.matchAll(/new (\w+)\(this, ['"](\w+)['"]/g)].flatMap(([, child, block]) => [
      prefix + block,
      ...within(child!, `${prefix}${block}.`),
    ]);
    return [...own, ...blocks];
  };
  const resource = [...classes].find(([, text]) => /extends \w+\.Terraform(Resource|DataSource)/.test(text));
  return [...new Set(within(resource![0], ''))].sort();
}

function main(folders: readonly string[]): void {
  const schemas: Record<string, Record<string, string>> = {};
  for (const folder of folders) {
    for (const type of usedTypes()) {
      const name = type
        .replace(/^data\.aws_/, 'data-aws-')
        .replace(/^aws_/, '')
        .replaceAll('_', '-');
      const source = readFileSync(path.join(folder, 'lib', name, 'index.js'), 'utf8');
      const [, version = ''] = /providerVersion: '([\d.]+)'/.exec(source) ?? [];
      schemas[version] ??= {};
      schemas[version][type] = pathsOf(source).join(' ');
    }
  }
  writeFileSync(SCHEMAS, `${JSON.stringify(schemas, null, 2)}\n`);
}

if (require.main === module) main(process.argv.slice(2));
