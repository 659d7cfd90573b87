import { mapConcurrently } from '../../../cli/pace/concurrency';

describe('mapConcurrently', () => {
  it('keeps the order and the limit', async () => {
    let working = 0;
    let most = 0;
    const results = await mapConcurrently([5, 1, 4, 2, 3], 2, async (n) => {
      working += 1;
      most = Math.max(most, working);
      for (let turn = 0; turn < n; turn += 1) await null;
      working -= 1;
      return n * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('reports the number of finished items', async () => {
    const done: number[] = [];
    await mapConcurrently(
      ['a', 'b', 'c'],
      8,
      async (x) => x,
      (count) => done.push(count),
    );
    expect(done).toEqual([1, 2, 3]);
  });
});
