import { readFileSync } from 'node:fs';
import path from 'node:path';
import { excuseTable } from '../handlers/transaction/simulation/excuses';

const PAGE = readFileSync(path.join(__dirname, '../../docs/evidence/reliability.md'), 'utf8');
/** Of a row, or of the head of the table, without its figure. */
const withoutFigure = (row: string): string => row.replace(/^(\|[^|]+\|)[^|]*/, '$1');

test('the page lists the excuses that a search prints', () => {
  const table = /^\|Excuse\|.*(\n\|.*)*/m.exec(PAGE)![0].split('\n');

  expect(table.map(withoutFigure)).toEqual(
    excuseTable(100_000, () => 12_345)
      .split('\n')
      .map(withoutFigure),
  );
});
