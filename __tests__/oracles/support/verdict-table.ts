import type { Passes, Peer } from './peers';
import type { Feature, RecordCase } from './record-cases';

const BEGIN = '<!-- begin: differences (written by __tests__/oracles/verdicts.test.ts) -->';
const END = '<!-- end: differences -->';

/** What one version of a verifier says; a record that is absent it judges as the gate does. */
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

/** Returns what the table of the document says of each version. */
export const readTable = (document: string): Column[] => {
  const [head = '', , ...rows] = sectionOf(document).split('\n');
  const cells = rows.map(cellsOf);
  return cellsOf(head)
    .slice(1)
    .flatMap((heading, i) => {
      const [program = '', ...versions] = heading.split(/,? /);
      const saysOtherwise = (cell: string, version: string): boolean =>
        cell.startsWith('**') && (!cell.includes('(') || cell.includes(version));
      return versions.map((version) => ({
        name: `${program} ${version}`,
        differs: new Set(cells.filter((row) => saysOtherwise(row[i + 1]!, version)).map(([label]) => label!)),
      }));
    });
};

/**
 * Returns the document with its table written anew, a column per verifier. A cell is empty if all versions agree with
 * the gate, and names those that do not if others do.
 */
export const withTable = (
  document: string,
  columns: readonly Column[],
  features: readonly Feature[],
  gatePasses: (label: string) => boolean,
): string => {
  const programs = new Map<string, { version: string; differs: Column['differs'] }[]>();
  for (const { name, differs } of [...columns].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [program = '', version = ''] = name.split(' ');
    programs.set(program, [...(programs.get(program) ?? []), { version, differs }]);
  }
  const rows = features
    .filter(({ label }) => columns.some(({ differs }) => differs.has(label)))
    .map(({ label }) => {
      const gate = gatePasses(label);
      const cells = [...programs.values()].map((versions) => {
        const differing = versions.filter(({ differs }) => differs.has(label)).map(({ version }) => version);
        if (differing.length === 0) return '';
        const only = differing.length < versions.length ? ` (${differing.join(', ')})` : '';
        return `**${word(!gate)}**${only}`;
      });
      return `| ${[label, ...cells].join(' | ')} |`;
    });
  const headings = [...programs].map(
    ([program, versions]) => `${program} ${versions.map(({ version }) => version).join(', ')}`,
  );
  const table = [
    `| Record | ${headings.join(' | ')} |`,
    `|---|${headings.map(() => '---|').join('')}`,
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
