import { readFileSync } from 'node:fs';
import path from 'node:path';
import { excuseTable, unjudgedTable } from '../handlers/transaction/simulation/excuses';

const PAGE = readFileSync(path.join(__dirname, '../../docs/evidence/reliability.md'), 'utf8');
/** The rows of a table and its head, without what is counted. */
const rowsOf = (text: string, head: string): string[] =>
  new RegExp(String.raw`^\|${head}\|.*(\n\|.*)*`, 'm')
    .exec(text)![0]
    .split('\n')
    .map((row) => row.replace(/\|(In )?[\d,]+(?: %)?(?=\|)/g, '|'));

test.each([
  ['the excuses', 'Excuse', excuseTable(100_000, () => 12_345)],
  [
    'what is not judged',
    'What the oracle looks at',
    unjudgedTable(100_000, () => ({ all: 12_345, unjudged: 6_789 })),
  ],
])('the page has the table that a search prints: %s', (_, head, printed) => {
  expect(rowsOf(PAGE, head)).toEqual(rowsOf(printed, head));
});
