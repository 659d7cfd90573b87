import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import type { GeneratedDocument } from './document';
import { moduleVariables } from './variables';

/** The marks of terraform-docs, so that a README says to its readers and their tools what is generated. */
const [BEGIN, END] = ['<!-- BEGIN_TF_DOCS -->', '<!-- END_TF_DOCS -->'];

/** A `variable` or an `output`: its name, and its arguments as they are written. */
interface Declared {
  readonly name: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Returns what a file in the layout of `terraform fmt` declares. */
function declaredIn(hcl: string, kind: 'variable' | 'output'): Declared[] {
  return [...hcl.matchAll(new RegExp(`^${kind} "(\\w+)" \\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map(
    ([, name, body = '']) => ({
      name: name!,
      args: Object.fromEntries(
        [...body.matchAll(/^ {2}(\w+) += ([\s\S]*?)(?=^ {2}\w|^$|(?![\s\S]))/gm)].map(([, each, value]) => [
          each!,
          value!.trim(),
        ]),
      ),
    }),
  );
}

/** Returns a string of HCL without its quotation marks, as a cell of a table. */
const cell = (text: string): string =>
  JSON.parse(text.replaceAll(/([$%])\1\{/g, '$1{')).replaceAll('|', '\\|');

/** Returns an expression on one line. */
const code = (text: string): string =>
  `\`${text
    .replaceAll(/\s*\n\s*/g, ', ')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/([{(]), /g, '$1')
    .replaceAll(/, ([})])/g, '$1')
    .replaceAll(/\{(?=\w)/g, '{ ')
    .replaceAll(/(?<=[\w)])\}/g, ' }')}\``;

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const inputRow = ({ name, args: { description, type, default: fallback } }: Declared): string =>
  row(`\`${name}\``, cell(description!), code(type!), fallback === undefined ? 'required' : code(fallback));

/** Returns the tables of inputs and outputs of a module, required inputs first. */
function tablesOf(module: string): string {
  const read = (file: string) => readFileSync(path.join(PROJECT_ROOT, 'modules', module, file), 'utf8');
  const generated = moduleVariables.find(({ path: file }) => file === `modules/${module}/variables.tf`)!;
  const inputs = [read('own-variables.tf'), generated.generate()].flatMap((text) =>
    declaredIn(text, 'variable'),
  );
  const isRequired = ({ args }: Declared): boolean => args.default === undefined;
  const sorted = [...inputs.filter(isRequired), ...inputs.filter((each) => !isRequired(each))];
  return [
    '## Inputs',
    '',
    row('Name', 'Description', 'Type', 'Default'),
    '|---|---|---|---|',
    ...sorted.map(inputRow),
    '',
    '## Outputs',
    '',
    row('Name', 'Description'),
    '|---|---|',
    ...declaredIn(read('outputs.tf'), 'output').map(({ name, args }) =>
      row(`\`${name}\``, cell(args.description!)),
    ),
  ].join('\n');
}

/** Writes the tables into the page of each module. The rest of the page is written by hand. */
export const moduleTables: readonly GeneratedDocument[] = ['control', 'domain'].map((module) => ({
  path: `modules/${module}/README.md`,
  generate: () => {
    const page = readFileSync(path.join(PROJECT_ROOT, 'modules', module, 'README.md'), 'utf8');
    const [before, rest] = page.split(BEGIN) as [string, string];
    return `${before}${BEGIN}\n${tablesOf(module)}\n${END}${rest.split(END)[1]}`;
  },
}));
