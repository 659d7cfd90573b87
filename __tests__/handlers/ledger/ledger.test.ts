import { LEASE } from '../../../handlers/budgets';
import { isHeld } from '../../../handlers/ledger/ledger';

const LONGEST = LEASE.lengthMs + LEASE.skewMs;

test.each<[string, number, boolean]>([
  ['that ends now', 0, false],
  ['that is about to end', 1, true],
  ['as long as the clocks of two runs allow', LONGEST, true],
  ['that lasts longer, which another program has written', LONGEST + 1, false],
])('a lease %s counts as held: %s', (_, leftMs, held) => {
  expect(isHeld({ holder: 'another', acquiredAt: 1, expiresAt: 1_000 + leftMs }, 1_000)).toBe(held);
});
