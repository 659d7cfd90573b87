import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8 } from 'fflate';
import { HANDLER_ZIP } from '../../constructs/built-handler';

/**
 * Lays out the HCL modules as registries want a repository: `modules/`, `examples/`, a page with inputs and outputs for each
 * module, and the function's zip where `control` takes it by default.
 */
export function registryFiles(root: string): Record<string, Uint8Array> {
  const source = path.join(root, 'modules');
  const read = (file: string): string => readFileSync(path.join(source, file), 'utf8');
  const files: Record<string, Uint8Array> = {
    LICENSE: readFileSync(path.join(root, 'LICENSE')),
    'README.md': strToU8(
      read('README.md')
        .replace(/\]\((control|domain)\)/g, '](modules/$1)')
        .replaceAll('examples/main.tf', 'examples/complete/main.tf'),
    ),
    'examples/complete/main.tf': strToU8(
      read('examples/main.tf')
        .replace(/"\.\.\/(control|domain)"/g, '"../../modules/$1"')
        .replace(/^ *zip +=.*\n/m, ''),
    ),
    'modules/control/handler.zip': readFileSync(path.join(root, HANDLER_ZIP)),
  };
  for (const module of ['control', 'domain']) {
    for (const file of readdirSync(path.join(source, module)).filter((name) => name.endsWith('.tf')))
      files[`modules/${module}/${file}`] = strToU8(read(`${module}/${file}`));
    files[`modules/${module}/README.md`] = strToU8(
      modulePage(
        module,
        read(`${module}/own-variables.tf`) + read(`${module}/variables.tf`),
        read(`${module}/outputs.tf`),
      ),
    );
  }
  return files;
}

/** Returns the page of a module: what it takes and returns. */
export function modulePage(module: string, variables: string, outputs: string): string {
  const inputs = blocksOf('variable', variables).map(({ name, body }) => {
    const value = attribute(body, 'default');
    return [
      `\`${name}\``,
      description(body),
      `\`${attribute(body, 'type')}\``,
      value === undefined ? 'required' : `\`${value}\``,
    ];
  });
  const results = blocksOf('output', outputs).map(({ name, body }) => [`\`${name}\``, description(body)]);
  return [
    `# ${module}`,
    '## Inputs',
    markdownTable(['Name', 'Description', 'Type', 'Default'], inputs),
    '## Outputs',
    `${markdownTable(['Name', 'Description'], results)}\n`,
  ].join('\n\n');
}

const blocksOf = (kind: string, text: string) =>
  [...text.matchAll(new RegExp(`^${kind} "(\\w+)" \\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map(
    ([, name = '', body = '']) => ({ name, body }),
  );

const attribute = (body: string, name: string): string | undefined =>
  new RegExp(`^  ${name}\\s+= (.*)$`, 'm').exec(body)?.[1];

const description = (body: string): string => attribute(body, 'description')?.slice(1, -1) ?? '';

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
