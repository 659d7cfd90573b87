import { createHash } from 'node:crypto';
import { awsError } from '../aws/aws-error';
import { ACTIONS } from '../contract';
import type { SigningRequest } from '../event';
import type { Services, World } from '../world';
import type { Arming, Ledger, Open } from './ledger';
import type { Place, Session } from './session';

const MINUTE_MS = 60_000;
const RETRY_MS = 10 * MINUTE_MS;

/** When a change that starts now reverts by itself: the time to confirm begins when SES had its time to verify. */
export function planArming(world: World, request: SigningRequest, ledger: Ledger): Arming | null {
  if (request.confirmTimeoutMinutes === 0) return null;
  const at =
    world.clock.now() + request.verification.waitSeconds * 1000 + request.confirmTimeoutMinutes * MINUTE_MS;
  const number = nextNumber(world, ledger);
  return { number, schedule: scheduleName(request, number), at };
}

/** The revert of a change that had none: its rollback has failed. */
export function planFirstRetry(world: World, place: Place, ledger: Ledger): Arming {
  const number = nextNumber(world, ledger);
  return { number, schedule: scheduleName(place, number), at: world.clock.now() + RETRY_MS };
}

/**
 * The same arming once more, after a revert that failed. The number stays, so that it is good even when the ledger
 * cannot be written. The times lie ten minutes apart, so that many failures in one span make one schedule: each
 * firing is repeated by Lambda, and without that each failure would double their number.
 */
export function planRetry(world: World, place: Place, number: number): Arming {
  const slot = Math.ceil((world.clock.now() + RETRY_MS / 2) / RETRY_MS);
  return { number, schedule: `${scheduleName(place, number)}-${slot.toString(36)}`, at: slot * RETRY_MS };
}

/** What this change was armed with itself; `null` where it only took over the arming of the change before it. */
export const ownArming = (before: Ledger, { armed }: Open): Arming | null =>
  armed?.number === before.open?.armed?.number ? null : armed;

/** Later than any before it, even when the ledger was lost and a schedule of an older one is still waiting. */
const nextNumber = (world: World, { armings }: Ledger): number =>
  Math.max(armings + 1, Math.floor(world.clock.now()));

/** @throws ByodkimError DEPENDENCY_FAILED, ACCESS_DENIED. */
export async function arm(
  { schedules }: Services,
  { domain, region }: Place,
  arming: Arming,
  transaction: string,
): Promise<void> {
  await schedules
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

/** At most 64 of `[0-9A-Za-z-_]`, whatever the domain's length and with a suffix of 7. */
function scheduleName({ domain, region }: Place, number: number): string {
  const hash = createHash('sha256').update(`${region}/${domain}`).digest('hex').slice(0, 12);
  const readable = domain.replace(/[^a-z0-9-]/g, '-').slice(0, 21);
  return `byodkim-${readable}-${hash}-${number}`;
}
