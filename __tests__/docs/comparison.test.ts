import { readPage } from './support/pages';

/** Returns the cells of a page's first table after a heading. */
function tableAfter(file: string, heading: string): string[][] {
  const { text } = readPage(file);
  const [, after = ''] = text.split(`${heading}\n`);
  const lines = after.split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  return lines.slice(first, first + length).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const claims = tableAfter('README.md', '## How it compares');
const sources = tableAfter('docs/evidence/comparison.md', '# The comparison in the README, cell by cell');

test('the comparison has a source for each of its cells', () => {
  expect(claims).toHaveLength(5);
  expect(sources[0]).toEqual(claims[0]);
  expect(sources.map(([question]) => question)).toEqual(claims.map(([question]) => question));
  for (const [question, ...cells] of sources.slice(2)) {
    expect(cells).toHaveLength(3);
    for (const cell of cells) expect(`${question} ${cell}`).toMatch(/\]\([^)]+\)/);
  }
});
