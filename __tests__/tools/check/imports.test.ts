import { findCircles } from '../../../tools/check/imports';

const graph = (imports: Readonly<Record<string, readonly string[]>>) => new Map(Object.entries(imports));

describe('findCircles', () => {
  test('finds none where all imports go one way, also where two ways lead to one file', () => {
    expect(findCircles(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });

  test('tells a circle once, the shortest way round, and each of two', () => {
    const found = findCircles(
      graph({ a: ['b'], b: ['c', 'd'], c: ['a'], d: ['c', 'a'], e: ['e', 'a'], elsewhere: ['a'] }),
    );
    expect(found).toEqual([['a', 'b', 'c'], ['d', 'a', 'b'], ['e']]);
  });
});
