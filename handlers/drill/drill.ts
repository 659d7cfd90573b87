import { iso, MINUTE_MS } from '../clock';
import { ACTIONS, ENVIRONMENT } from '../contract';
import { asByodkimError, ByodkimError } from '../errors';
import type { RequestOf } from '../event';
import type { Services, World } from '../world';
import { changeDrill, type DrillRecord, readDrill, type StoredDrill, writeDrill } from './drill-store';

/** What `drill` answers at every step. */
export interface DrillAnswer {
  readonly statusCode: 200;
  readonly message: string;
  /** Where the function is, and what its schedules are made with. */
  readonly setting: {
    readonly account: string | null;
    readonly region: string;
    readonly scheduleGroup: string;
    readonly schedulerRoleArn: string;
    readonly bucket: string;
  };
  /** Absent before anything is armed. */
  readonly drill?: Omit<DrillRecord, 'format' | 'proof'>;
  readonly warnings: readonly string[];
}

/** EventBridge Scheduler is precise to a minute, and takes a time that is over: then nothing would be shown. */
const SOONEST_MS = MINUTE_MS;

/** The one drill that the audit repeats; its record says how the last one went. */
const MONTHLY = 'monthly';
/** A schedule that is this late does not come any more: Lambda repeats an invocation for six hours at most. */
const GIVEN_UP_MS = 6 * 60 * MINUTE_MS;

/**
 * Shows that the way back works, without touching an identity: arms a one-time schedule as a change does, and records
 * whether it comes back. One step for each call; whoever drills waits in between.
 * @throws ByodkimError VALIDATION_ERROR, ACCESS_DENIED, DEPENDENCY_FAILED, CONCURRENT_UPDATE.
 */
export async function drill(world: World, request: RequestOf<'drill'>): Promise<DrillAnswer> {
  const services = world.services('', world.environment.region, world.clock);
  switch (request.step) {
    case 'prepare':
      return answer(world, 'Nothing is armed yet.');
    case 'arm': {
      requireSettings(world);
      const record = (await armDrill(world, services, world.uuid(), null))!;
      return answer(world, `A schedule is armed for ${record.firesAt}.`, record);
    }
    case 'look': {
      const record = await known(world, services, request.drill);
      const told =
        record.firedAt === null ? 'has not fired yet' : `reached the function at ${record.firedAt}`;
      return answer(world, `The schedule ${told}.`, record);
    }
    case 'end': {
      await known(world, services, request.drill);
      const { record, warnings } = await endDrill(world, services, request.drill);
      return answer(world, 'Nothing is armed any more.', record, warnings);
    }
  }
}

/** What the schedule of a drill calls: it reached the function, under the role that reverts come with. */
export async function drillFired(world: World, { drill: name, proof }: RequestOf<'drill-fired'>) {
  const { store } = world.services('', world.environment.region, world.clock);
  const now = iso(world.clock.now());
  const record = await changeDrill(world, store, name, (stored) =>
    stored.proof === proof && stored.firedAt === null ? { ...stored, firedAt: now } : null,
  );
  const recorded = record?.proof === proof && record.firedAt !== null;
  return {
    statusCode: 200,
    recorded,
    reason: recorded
      ? `the drill ${name} has come back`
      : `nobody waits for this schedule of the drill ${name}`,
  };
}

/**
 * The record comes first: a schedule that nobody has a record of fires once and does nothing.
 * @param before a record of that name to write over; `null`: there is none
 * @returns `null`: there is another one, and nothing was armed
 */
async function armDrill(
  world: World,
  services: Services,
  name: string,
  before: StoredDrill | null,
): Promise<DrillRecord | null> {
  const now = world.clock.now();
  const at = now + SOONEST_MS;
  const proof = world.uuid();
  const record: DrillRecord = {
    format: 1,
    drill: name,
    proof,
    schedule: `byodkim-drill-${proof}`,
    armedAt: iso(now),
    firesAt: iso(Math.ceil(at / 1000) * 1000),
    firedAt: null,
    endedAt: null,
  };
  const written = await writeDrill(world, services.store, { record, etag: before?.etag ?? null });
  if (written === null) return null;
  await services.schedules.create({
    name: record.schedule,
    at,
    payload: { action: ACTIONS.drillFired, drill: name, proof },
    description: 'Shows that reverts arrive; changes nothing',
  });
  return record;
}

/** Takes away what is armed. Should it stay, it fires once, does nothing and is gone: so a failure is a warning. */
async function endDrill(world: World, services: Services, name: string) {
  const now = iso(world.clock.now());
  const record = (await changeDrill(world, services.store, name, (stored) =>
    stored.endedAt === null ? { ...stored, endedAt: now } : null,
  ))!;
  const warnings: string[] = [];
  try {
    await services.schedules.remove(record.schedule);
  } catch (error) {
    const warning = `Schedule ${record.schedule} could not be removed; it fires once, at ${record.firesAt}, and changes nothing`;
    world.log.warn(warning, { error: String(error) });
    warnings.push(warning);
  }
  return { record, warnings };
}

function requireSettings({ environment }: World): void {
  const missing = (['keyStoreBucket', 'schedulerRoleArn'] as const).filter(
    (name) => environment[name] === '',
  );
  if (missing.length > 0)
    throw new ByodkimError('VALIDATION_ERROR', {
      what:
        `This function cannot arm anything: expected ${missing.map((name) => ENVIRONMENT[name]).join(' and ')} in its ` +
        'environment, found nothing.',
      advice: 'Deploy the control stack again.',
      details: { fields: missing.map((name) => ENVIRONMENT[name]) },
    });
}

async function known(world: World, { store }: Services, name: string): Promise<DrillRecord> {
  const stored = await readDrill(world, store, name);
  if (stored) return stored.record;
  throw new ByodkimError('VALIDATION_ERROR', {
    what: `drill: expected the name of a drill, found ${name}: there is none.`,
    details: { fields: ['drill'], found: name },
  });
}

function answer(
  { environment }: World,
  message: string,
  record?: DrillRecord,
  warnings: readonly string[] = [],
): DrillAnswer {
  const { region, scheduleGroup, schedulerRoleArn, keyStoreBucket: bucket } = environment;
  const { format: _, proof: __, ...shown } = record ?? {};
  return {
    statusCode: 200,
    message,
    setting: {
      account: /^arn:[^:]*:iam::(\d{12}):/.exec(schedulerRoleArn)?.[1] ?? null,
      region,
      scheduleGroup,
      schedulerRoleArn,
      bucket,
    },
    drill: record && (shown as NonNullable<DrillAnswer['drill']>),
    warnings,
  };
}

/**
 * Looks whether the drill of the last audit came back, and begins the next one. A schedule that dies on its way raises
 * an alarm at once; this tells as well where there is no alarm, or nobody listens to it.
 * @returns what is wrong with the way back, in a sentence; `null`: nothing is known to be
 */
export async function repeatDrill(world: World, services: Services): Promise<string | null> {
  try {
    // Written before it is read: S3 may call an object that is not there forbidden.
    if (await armDrill(world, services, MONTHLY, null)) return null;
    const last = (await readDrill(world, services.store, MONTHLY))!;
    const isLost = last.record.firedAt === null;
    // The same audit, delivered twice.
    if (isLost && world.clock.now() - Date.parse(last.record.firesAt) < GIVEN_UP_MS) return null;
    await armDrill(world, services, MONTHLY, last);
    return isLost
      ? `the schedule that was armed for ${last.record.firesAt} has never reached the function`
      : null;
  } catch (error) {
    const { code, message } = asByodkimError(error);
    return `no schedule can be armed: ${code}: ${message}`;
  }
}
