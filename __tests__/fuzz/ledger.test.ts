import fc from 'fast-check';
import { ACTIONS, ledgerObject } from '../../handlers/contract/contract';
import { placesIn, withAt } from '../support/places';
import { BUCKET, FakeCloud, REGION } from '../support/world';
import { fuzzed } from './runs';

const DOMAIN = 'example.com';
const KEY = ledgerObject(REGION, DOMAIN);

/** A ledger of a domain with a change that waits for its confirmation. */
async function sound(): Promise<string> {
  const cloud = new FakeCloud();
  cloud.ses.give(DOMAIN);
  cloud.giveKey(DOMAIN, 's1');
  const place = { transaction: 't1', domain: DOMAIN, selector: 's1', stack: 'B1' };
  await cloud.invoke({ resource: 'Signing', ...place });
  return cloud.s3.text(BUCKET, KEY)!;
}

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    8.64e15,
    1e308,
    '',
    '\u001b[2J',
    '$(id)',
    'a\nb',
    [],
    {},
    'x'.repeat(9000),
  ),
  fc.jsonValue(),
);

test('a forged ledger fails with a code, or is one that we could have written, and at most one schedule is armed', async () => {
  const ledger = JSON.parse(await sound());
  const places = placesIn(ledger);
  expect(places.length).toBeGreaterThan(40);
  const forged = fc
    .array(fc.tuple(fc.constantFrom(...places), hostile), { minLength: 1, maxLength: 2 })
    .map((changes) => changes.reduce((value, [at, to]) => withAt(value, at, to), ledger));
  await fc.assert(
    fc.asyncProperty(fc.oneof(forged, fc.jsonValue()), async (found) => {
      const cloud = new FakeCloud();
      cloud.ses.give(DOMAIN);
      cloud.giveKey(DOMAIN, 's1');
      cloud.s3.write(BUCKET, KEY, JSON.stringify(found));
      const status = await cloud.invoke({ action: ACTIONS.status, domain: DOMAIN });
      const isUnreadable = typeof status.details?.unreadable === 'string';
      if (status.statusCode !== 200) expect(status.error).toMatch(/^[A-Z_]+$/);
      expect(JSON.stringify(status)).not.toMatch(/(?<!\\)\\u(001b|0007)/);
      const place = { domain: DOMAIN, transaction: 't1', arming: ledger.open.armed.number };
      const fired = await cloud
        .invoke({ action: ACTIONS.revertUnconfirmed, ...place })
        .catch((error) => error);
      if (fired instanceof Error) expect(fired.name).toMatch(/^[A-Z_]+$/);
      const isShown = (found as any)?.open?.armed?.number === place.arming;
      if (isUnreadable && !isShown) expect(cloud.scheduler.pending()).toEqual([]);
      expect(cloud.scheduler.pending().length).toBeLessThanOrEqual(1);
    }),
    fuzzed(20_000),
  );
});
