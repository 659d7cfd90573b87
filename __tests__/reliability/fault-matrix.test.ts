import { LONG_SHARE } from '../fuzz/runs';
import { Cloud } from './cloud';
import { cells, KINDS, runCells } from './matrix';
import { PROMPT, SLOW } from './worlds';

/** Every n-th cell: not a multiple of the number of kinds, or every cell would be of the same kind. */
const step = Math.max(1, Math.round(1 / LONG_SHARE));
const EVERY = step > 1 && step % KINDS.length === 0 ? step + 1 : step;
const BATCH = 120;

describe('whatever happens to a call', () => {
  let cloud: Cloud;

  beforeAll(async () => {
    cloud = await Cloud.start();
  });

  afterAll(() => cloud.close());

  it.each([PROMPT, ...SLOW])(
    'leaves SES as it was or verified, and the next applies converge, if SES verifies $name',
    async (world) => {
      const chosen = (await cells(cloud, world)).filter((_, index) => index % EVERY === 0);
      expect(chosen.length).toBeGreaterThan(0);
      for (let from = 0; from < chosen.length; from += BATCH) {
        const results = await runCells(cloud, chosen.slice(from, from + BATCH), world);
        expect(
          results
            .filter(({ broken }) => broken.length > 0)
            .map(({ scenario, fault, ended, broken }) => ({ scenario: scenario.name, fault, ended, broken })),
        ).toEqual([]);
      }
    },
  );
});
