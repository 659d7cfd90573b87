import { BUDGETS, overBudget, pageFiles } from '../../tools/docs/budget';

test('counts every page, and names what exceeds its budget', () => {
  expect(pageFiles()).toEqual(expect.arrayContaining(['README.md', 'docs/api.md', 'modules/README.md']));
  expect(overBudget(() => 0)).toEqual([]);
  expect(overBudget(() => 1_000_000)).toHaveLength(BUDGETS.length);
  expect(overBudget((file) => (file === 'README.md' ? 951 : 0))).toEqual([
    'README.md: 951 words, at most 950',
  ]);
});
