import { Cloud } from './cloud';
import { cells, runCells } from './matrix';

/** Every n-th cell, so that each scenario and each kind has its turn; `npm run reliability` runs them all. */
const EVERY = Number(process.env.BYODKIM_MATRIX_EVERY ?? 7);

describe('whatever happens to a call', () => {
  let cloud: Cloud;

  beforeAll(async () => {
    cloud = await Cloud.start();
  }, 60_000);
  afterAll(() => cloud.close());

  it('leaves SES as it was or verified, and the next applies converge', async () => {
    const chosen = (await cells(cloud)).filter((_, index) => index % EVERY === 0);
    const results = await runCells(cloud, chosen);
    expect(
      results
        .filter(({ broken }) => broken.length > 0)
        .map(({ scenario, fault, ended, broken }) => ({ scenario: scenario.name, fault, ended, broken })),
    ).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  }, 180_000);
});
