import { type Passes, PEERS, type Peer } from './peers';
import type { Feature, RecordCase } from './record-cases';

const BEGIN = '<!-- begin: differences (written by __tests__/oracles/verdicts.test.ts) -->';
const END = '<!-- end: differences -->';

const word = (passes: boolean): string => (passes ? 'passes' : 'fails');

/** One line per kind of record about which somebody differs from the gate. */
export const differencesTable = (
  cases: readonly RecordCase[],
  gatePasses: (one: RecordCase) => boolean,
  peers: Readonly<Record<Peer, Passes>>,
): string => {
  const rows = new Map<string, string>();
  for (const one of cases.filter(({ features }) => features.length === 1)) {
    const gate = gatePasses(one);
    const theirs = PEERS.map((peer) => peers[peer].has(one.id));
    if (theirs.every((passes) => passes === gate)) continue;
    const [{ label, why = '' }] = one.features as [Feature];
    const cells = theirs.map((passes) => (passes === gate ? word(passes) : `**${word(passes)}**`));
    rows.set(label, `| ${[label, word(gate), ...cells, why].join(' | ')} |`);
  }
  return [
    `| Record | The gate | ${PEERS.join(' | ')} | Why |`,
    `|---|---|${PEERS.map(() => '---|').join('')}---|`,
    ...rows.values(),
  ].join('\n');
};

/** Puts the table between its marks. */
export const replaceSection = (document: string, table: string): string => {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('The document has no place for the table.');
  return `${document.slice(0, begin + BEGIN.length)}\n${table}\n${document.slice(end)}`;
};
