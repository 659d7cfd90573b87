import { testKey } from '../../support/world';
import * as setup from './support';

jest.mock('../../../handlers/key/private-key', () =>
  jest.requireActual<typeof import('./remembered')>('./remembered').rememberedPrivateKeys(),
);
jest.mock('../../../handlers/ledger/ledger', () =>
  jest.requireActual<typeof import('./remembered')>('./remembered').rememberedLedgers(),
);

const LATENCY_MS = 50;

test('50 applies of one domain at once: one Put reaches SES, and all get the same result', async () => {
  const cloud = setup.givenCloud();
  cloud.calls.latencyMs = () => LATENCY_MS;
  const stack = new setup.Stack(cloud);

  const results = await Promise.all(Array.from({ length: 50 }, () => stack.signing('t1', 's1')));

  expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  expect(cloud.scheduler.pending()).toHaveLength(1);
  expect(setup.ledgerOf(cloud)).toMatchObject({ lease: null, open: { transaction: 't1', phase: 'applied' } });
});

test('two selectors at once, by direct calls: one after the other, and SES has the key of the last', async () => {
  const cloud = setup.givenCloud();
  cloud.calls.latencyMs = () => LATENCY_MS;

  const answers = await Promise.all([setup.direct(cloud, 's1'), setup.direct(cloud, 's2')]);

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  const last = cloud.ses.state(setup.DOMAIN)!.selector!;
  expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey(last).publicKey.spki);
  expect(setup.signing(cloud)).toBe(`EXTERNAL ${last} on SUCCESS`);
  expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, lease: null });
});

test('two selectors at once, by two deploys: SES has what was confirmed last, and nothing is left open', async () => {
  for (let seed = 1; seed <= 4; seed += 1) {
    const cloud = setup.givenCloud({ seed });
    cloud.calls.latencyMs = () => LATENCY_MS;
    const stack = new setup.Stack(cloud);
    const outcome = (transaction: string, selector: string) =>
      stack.apply(transaction, selector).then(
        () => 'confirmed',
        (error: Error) => error.name,
      );

    const outcomes = await Promise.all([outcome('t1', 's1'), outcome('t2', 's2')]);
    await cloud.fireAll();
    await cloud.clock.advance(10_000);

    expect(outcomes).toContain('confirmed');
    for (const each of outcomes) expect(['confirmed', 'CONCURRENT_UPDATE']).toContain(each);
    const { open, lease, owner } = setup.ledgerOf(cloud);
    expect({ open, lease }).toEqual({ open: null, lease: null });
    expect(outcomes[owner!.transaction === 't1' ? 0 : 1]).toBe('confirmed');
    expect(setup.signing(cloud)).toBe(`EXTERNAL ${owner!.wanted.selector} on SUCCESS`);
  }
});
