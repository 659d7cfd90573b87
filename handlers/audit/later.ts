import { MINUTE_MS } from '../clock';
import { ACTIONS } from '../contract';
import type { AuditRequest } from '../event';
import type { Services, World } from '../world';

/** EventBridge Scheduler is precise to a minute. */
const PAUSE_MS = MINUTE_MS;

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
    gate: request.gate,
    continues: { report: object, leg },
  };
  const description = 'Goes on with the audit of all DKIM domains';
  await schedules.create({ name, at, payload, description });
  return at;
}
