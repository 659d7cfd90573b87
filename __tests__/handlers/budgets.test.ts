import { given } from './transaction/support';

/** Seconds after the Put at which SES verifies: between, before and after the checks. */
const VERIFIED_AFTER = [5, 14, 39, 61, 100, 113, 200];

it.each(VERIFIED_AFTER)('an apply ends at most 10 s after SES has verified (%i s)', async (seconds) => {
  const { cloud, stack } = given();
  cloud.ses.verifySeconds = seconds;
  const startedAt = cloud.clock.now();
  const required = { verification: { required: true } };
  await stack.signing('t1', 's1', required);
  expect(await stack.confirmation('t1', 's1', required)).toMatchObject({ verified: true });
  expect((cloud.clock.now() - startedAt) / 1_000 - seconds).toBeLessThanOrEqual(10);
});
