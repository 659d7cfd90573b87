import { Cloud, type Scenario } from './cloud';
import { type Cell, cells, KINDS, runCells } from './matrix';
import { PROMPT, SLOW, type World } from './worlds';

/** Every n-th cell, so that each kind has its turn; `npm run reliability` runs them all. */
const EVERY = Number(process.env.BYODKIM_MATRIX_EVERY ?? 57);
/** Each scenario has its turn where SES verifies at once, or where it does not. */
const partOf =
  (world: World) =>
  ({ begin }: Scenario, index: number): boolean =>
    process.env.BYODKIM_MATRIX_EVERY !== undefined ||
    (begin === undefined && index % 2 === 0) === (world === PROMPT);

describe('whatever happens to a call', () => {
  let cloud: Cloud;
  let slow: Promise<Cell[]> | undefined;

  beforeAll(async () => {
    cloud = await Cloud.start();
  }, 60_000);

  /** However long SES will take, the calls are the same until it has come to its end. */
  const cellsIn = (world: World): Promise<Cell[]> => {
    if (world === PROMPT) return cells(cloud, world, partOf(world));
    slow ??= cells(cloud, world, partOf(world));
    return slow;
  };

  afterAll(() => cloud.close());

  it.each([PROMPT, ...SLOW])(
    'leaves SES as it was or verified, mail signed or waiting, and the next applies converge, where SES verifies $name',
    async (world) => {
      const every = world === PROMPT ? EVERY : 2 * EVERY + 1;
      // Of a multiple of the kinds' number every cell would be of the same kind.
      expect(every % KINDS.length).not.toBe(0);
      const chosen = (await cellsIn(world)).filter((_, index) => index % every === 0);
      const results = await runCells(cloud, chosen, world);
      expect(
        results
          .filter(({ broken }) => broken.length > 0)
          .map(({ scenario, fault, ended, broken }) => ({ scenario: scenario.name, fault, ended, broken })),
      ).toEqual([]);
      expect(results.length).toBeGreaterThan(3);
    },
    180_000,
  );
});
