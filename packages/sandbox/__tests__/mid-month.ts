import type { SimulatedClock } from '../contract/clock';

/**
 * Advances to the next 10th of a month, 18:00 UTC, so that what a test plays over days depends neither on the day nor on
 * the hour at which it starts. Forward only: certificates and signatures stay valid.
 */
export async function advanceToMidMonth(clock: SimulatedClock): Promise<void> {
  const now = new Date(clock.now());
  const tenth = (month: number) => Date.UTC(now.getUTCFullYear(), month, 10, 18);
  const month = now.getUTCMonth();
  const start = tenth(month) > clock.now() ? tenth(month) : tenth(month + 1);
  await clock.advance(start - clock.now());
}
