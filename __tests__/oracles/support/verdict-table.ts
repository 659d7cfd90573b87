import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Passes, Peer } from './peers';
import type { RecordCase } from './record-cases';

const DOCUMENT = path.join(__dirname, '../../../docs/evidence/dns-verdicts.md');

export const versionOf = ({ name, version }: Peer): string => `${name} ${version}`;

/** Returns labels of the records, each with one peculiarity, that a verifier judges otherwise than the gate. */
export const differencesOf = (
  cases: readonly RecordCase[],
  gatePasses: (one: RecordCase) => boolean,
  passes: Passes,
): Set<string> =>
  new Set(
    cases
      .filter((one) => one.features.length === 1 && gatePasses(one) !== passes.has(one.id))
      .map(({ features }) => features[0]!.label),
  );

/** Returns the same as the table of the docs has it, by version: a cell is of all versions, or names those that it is of. */
export const documentedDifferences = (): ReadonlyMap<string, ReadonlySet<string>> => {
  const [head = [], , ...rows] = readFileSync(DOCUMENT, 'utf8')
    .split(/^(?=\|Record\|)/m)[1]!
    .split('\n\n')[0]!
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
  return new Map(
    head.slice(2, -1).flatMap((heading, at) => {
      const [program = '', ...versions] = heading.split(/,? /);
      return versions.map((version) => {
        const differs = (cell = ''): boolean =>
          cell.startsWith('**') && (!cell.includes('(') || cell.includes(version));
        const labels = rows.filter((row) => differs(row[at + 2])).map((row) => row[1]!);
        return [`${program} ${version}`, new Set(labels)] as const;
      });
    }),
  );
};
