import type { Passes, Peer } from './peers';
import type { Feature, RecordCase } from './record-cases';

const BEGIN = '<!-- begin: differences (written by __tests__/oracles/verdicts.test.ts) -->';
const END = '<!-- end: differences -->';

/** What one version of a verifier says, as a column of the table: a record that is absent it judges as the gate does. */
export interface Column {
  /** The verifier and its version: `dkimpy 1.1.8`. */
  readonly name: string;
  /** Labels of the records that it judges otherwise than the gate. */
  readonly differs: ReadonlySet<string>;
}

export const columnName = ({ name, version }: Peer): string => `${name} ${version}`;

/** Of which records, each with one peculiarity, the verifier judges otherwise than the gate. */
export const columnOf = (
  peer: Peer,
  cases: readonly RecordCase[],
  gatePasses: (one: RecordCase) => boolean,
  passes: Passes,
): Column => ({
  name: columnName(peer),
  differs: new Set(
    cases
      .filter((one) => one.features.length === 1 && gatePasses(one) !== passes.has(one.id))
      .map(({ features }) => features[0]!.label),
  ),
});

/** The columns of the table that the document has. */
export const readTable = (document: string): Column[] => {
  const [head = '', , ...rows] = sectionOf(document).split('\n');
  const cells = rows.map(cellsOf);
  return cellsOf(head)
    .slice(2)
    .map((name, i) => ({
      name,
      differs: new Set(cells.filter((row) => row[i + 2]!.startsWith('**')).map(([label]) => label!)),
    }));
};

/** The document with its table written anew: a cell is empty where the verifier agrees with the gate. */
export const withTable = (
  document: string,
  columns: readonly Column[],
  features: readonly Feature[],
  gatePasses: (label: string) => boolean,
): string => {
  const sorted = [...columns].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = features
    .filter(({ label }) => sorted.some(({ differs }) => differs.has(label)))
    .map(({ label }) => {
      const gate = gatePasses(label);
      const cells = sorted.map(({ differs }) => (differs.has(label) ? `**${word(!gate)}**` : ''));
      return `| ${[label, word(gate), ...cells].join(' | ')} |`;
    });
  const table = [
    `| Record | The gate | ${sorted.map(({ name }) => name).join(' | ')} |`,
    `|---|---|${sorted.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
  const [begin, end] = marksOf(document);
  return `${document.slice(0, begin)}${table}\n${document.slice(end)}`;
};

const word = (passes: boolean): string => (passes ? 'passes' : 'fails');

const cellsOf = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

const sectionOf = (document: string): string => document.slice(...marksOf(document)).trimEnd();

/** Where the table begins, and where it ends. */
const marksOf = (document: string): [number, number] => {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('The document has no place for the table.');
  return [begin + BEGIN.length + 1, end];
};
