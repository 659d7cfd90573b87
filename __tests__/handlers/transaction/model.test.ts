import fc from 'fast-check';
import { sized } from '../../fuzz/runs';
import { commands, losses, START_STATES, worlds } from './model/commands';
import { Reference } from './model/reference';
import { System } from './model/system';
import { DOMAIN } from './support';

jest.mock('../../../handlers/key/private-key', () =>
  jest.requireActual<typeof import('./remembered')>('./remembered').rememberedPrivateKeys(),
);

const RUNS = sized(20_000);

/** Everything that is open expires: SES is as before or as wanted, and nothing of ours is left waiting. */
async function endsWell(model: Reference, system: System): Promise<void> {
  const { cloud } = system;
  // Every quarter of an hour for three days, where SES never verifies and nothing signed before.
  await cloud.fireAll(400);
  system.recover();
  await cloud.fireAll(60);
  await cloud.clock.advance(60_000);
  const ledger = system.ledger();
  expect(ledger?.open ?? null).toBeNull();
  expect(ledger?.lease == null || ledger.lease.expiresAt <= cloud.clock.now()).toBe(true);
  expect(cloud.scheduler.pending()).toEqual([]);
  expect([...model.allowed]).toContain(system.state);
  expect(cloud.ses.state(DOMAIN)?.status).toBe(system.hasLost ? 'FAILED' : 'SUCCESS');
}

/** Two applies at most, then a plan is empty and an apply changes nothing. */
async function converges(system: System, selector: string): Promise<void> {
  const { cloud, terraform } = system;
  await terraform.apply({ selector });
  if (!(await terraform.isInSync(selector))) await terraform.apply({ selector });
  expect(await terraform.isInSync(selector)).toBe(true);
  expect(system.state).toBe(`EXTERNAL ${selector} on`);
  const before = cloud.calls.count(/^ses:Put|^scheduler:|^s3:Put/);
  expect(await terraform.apply({ selector })).toBe('nothing to do');
  expect(cloud.calls.count(/^ses:Put|^scheduler:|^s3:Put/)).toBe(before);
  expect(cloud.scheduler.pending()).toEqual([]);
}

/** Then a destroy rolls back to what was before. */
async function rollsBack(model: Reference, system: System): Promise<void> {
  model.applied(system.state);
  expect(await system.terraform.destroy()).toBe(true);
  await system.cloud.clock.advance(60_000);
  expect([...model.base]).toContain(system.state);
  expect(system.cloud.ses.state(DOMAIN)?.status).toBe('SUCCESS');
  expect(system.ledger()).toMatchObject({ open: null, owner: null, baseline: null, lease: null });
}

describe.each(Object.entries(worlds))('where SES %s', (_, { pace, loses }) => {
  const runs = Math.ceil(RUNS / Object.keys(worlds).length);

  test(`whatever happens, SES ends as it was or as wanted, and the next applies converge (${runs} sequences)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...START_STATES),
        fc.commands([...commands(), ...(loses ? losses() : [])], {
          maxCommands: 14,
          size: 'max',
        }),
        fc.constantFrom('s1', 's2'),
        async (start, sequence, selector) => {
          const model = new Reference(start);
          const system = new System(start, pace);
          await fc.asyncModelRun(() => ({ model, real: system }), sequence);
          await endsWell(model, system);
          await converges(system, selector);
          await rollsBack(model, system);
          expect(system.problems()).toEqual([]);
        },
      ),
      { numRuns: runs },
    );
  });
});
