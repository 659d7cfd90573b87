import { createHash } from 'node:crypto';
import { awsError } from '../aws/aws-error';
import { ACTIONS } from '../contract';
import type { SigningRequest } from '../event';
import type { World } from '../world';
import type { Arming } from './ledger';
import type { Place, Session } from './session';

const MINUTE_MS = 60_000;

/** When a change that starts now reverts by itself: the time to confirm begins when SES had its time to verify. */
export function planArming(world: World, request: SigningRequest, number: number): Arming | null {
  if (request.confirmTimeoutMinutes === 0) return null;
  const at =
    world.clock.now() + request.verification.waitSeconds * 1000 + request.confirmTimeoutMinutes * MINUTE_MS;
  return { number, schedule: scheduleName(request, number), at };
}

/** Ten minutes after a revert that failed. */
export const planRearming = (world: World, place: Place, number: number): Arming => ({
  number,
  schedule: scheduleName(place, number),
  at: world.clock.now() + 10 * MINUTE_MS,
});

/** @throws ByodkimError DEPENDENCY_FAILED, ACCESS_DENIED. */
export async function arm(session: Session, arming: Arming, transaction: string): Promise<void> {
  const { domain, region } = session.place;
  await session.services.schedules
    .create({
      name: arming.schedule,
      at: arming.at,
      payload: { action: ACTIONS.revertUnconfirmed, domain, region, transaction, arming: arming.number },
    })
    .catch((error: unknown) => {
      throw awsError(error, { action: 'scheduler:CreateSchedule', resource: `schedule ${arming.schedule}` });
    });
}

/**
 * Removes a schedule that the ledger no longer waits for. Should it stay, it fires once, does nothing and is gone:
 * so a failure is a warning.
 */
export async function disarm(
  world: World,
  session: Session,
  arming: Arming | null | undefined,
): Promise<string[]> {
  if (!arming) return [];
  try {
    await session.services.schedules.remove(arming.schedule);
    return [];
  } catch (error) {
    const warning = `Schedule ${arming.schedule} could not be removed; it will fire once and do nothing`;
    world.log.warn(warning, { ...session.place, error: String(error) });
    return [warning];
  }
}

/** At most 64 of `[0-9A-Za-z-_.]`, whatever the domain's length. */
function scheduleName({ domain, region }: Place, number: number): string {
  const hash = createHash('sha256').update(`${region}/${domain}`).digest('hex').slice(0, 16);
  const readable = domain.replace(/[^a-z0-9.-]/g, '').slice(0, 24);
  return `byodkim-${readable}-${hash}-${number}`;
}
