import { rotateLater } from '../rotation/rotate-due';
import type { Services, World } from '../world';
import type { DomainReport } from './findings';

/** EventBridge Scheduler is precise to a minute. */
const PAUSE_MS = 60_000;
/** As many begin within one minute: each asks SES, whose pace all share. */
const TOGETHER = 10;

/** Has the function invoked for each domain that rotates by itself and has something due. What fails waits for the next audit. */
export async function openRotations(
  world: World,
  services: Services,
  reports: readonly DomainReport[],
): Promise<void> {
  const due = reports.filter((report) => report.due !== undefined);
  for (const [index, place] of due.entries()) {
    const at = world.clock.now() + PAUSE_MS * (1 + Math.floor(index / TOGETHER));
    await rotateLater(at, services, place).catch((error: unknown) => {
      const { domain, region } = place;
      world.log.error('What is due of the keys could not be scheduled', {
        domain,
        region,
        error: String(error),
      });
    });
  }
}
