import { KEPT_MS, untilKept } from '../budgets';
import { MINUTE_MS } from '../clock';
import { ACTIONS } from '../contract';
import type { AuditRequest } from '../event';
import { rotateLater } from '../rotation/rotate-due';
import type { Services, World } from '../world';
import type { DomainReport } from './report';

/** EventBridge Scheduler is precise to a minute. */
const PAUSE_MS = MINUTE_MS;
/** As many begin within one minute: each asks SES, whose pace all share. */
const TOGETHER = 10;

/**
 * Has the function invoked for each domain that rotates by itself and has something due. What fails, or what there is no
 * time for, waits for the next audit: the report must still be kept.
 */
export async function openRotations(world: World, reports: readonly DomainReport[]): Promise<void> {
  const due = reports.filter((report) => report.due !== undefined);
  const clock = untilKept(world, () => 'record');
  const services = world.services('', world.environment.region, clock);
  const begun = world.clock.now();
  const open = async (place: DomainReport, minute: number): Promise<void> => {
    try {
      if (world.remainingMs() < KEPT_MS.record) throw new Error('no time is left');
      await rotateLater(begun + PAUSE_MS * minute, services, place);
    } catch (error) {
      const fields = { domain: place.domain, region: place.region, error: String(error) };
      world.log.error('What is due of the keys could not be scheduled', fields);
    }
  };
  for (let first = 0; first < due.length; first += TOGETHER) {
    const some = due.slice(first, first + TOGETHER);
    await Promise.all(some.map((place) => open(place, 1 + first / TOGETHER)));
  }
}

/**
 * Has the function invoked again to go on with an audit that is longer than it may run. The permission is that of
 * arming a revert; the name makes a repetition harmless.
 * @returns when, milliseconds since the epoch.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function continueLater(
  world: World,
  { schedules }: Services,
  request: AuditRequest,
  object: string,
  leg: number,
): Promise<number> {
  const at = world.clock.now() + PAUSE_MS;
  const id = object.replace(/^.*\//, '').replace(/\.json$/, '');
  const name = `byodkim-audit-${id}-${leg}`;
  const payload = {
    action: ACTIONS.audit,
    scheduled: true,
    always: request.always,
    quiet: request.quiet,
    gate: request.gate,
    continues: { report: object, leg },
  };
  const description = 'Goes on with the audit of all DKIM domains';
  await schedules.create({ name, at, payload, description });
  return at;
}
