import { putJson, readJson, type StoredJson } from '../aws/stored-json';
import { iso, MINUTE_MS } from '../clock';
import { ACTIONS, DRILL_PREFIX, ENVIRONMENT, s3Uri } from '../contract';
import { asByodkimError, ByodkimError } from '../errors';
import type { RequestOf } from '../event';
import { MAX_FILE_BYTES } from '../key/private-key';
import type { Services, World } from '../world';

/** A drill as stored in S3. */
interface DrillRecord {
  readonly format: 1;
  /** Names this drill, and its schedule. */
  readonly drill: string;
  /** Only the schedule of this arming carries it. */
  readonly proof: string;
  readonly schedule: string;
  /** ISO 8601, like all times here. */
  readonly firesAt: string;
  /** When the schedule reached the function; `null`: not yet. */
  readonly firedAt: string | null;
}

/** EventBridge Scheduler is precise to a minute, and accepts a time in the past: that would prove nothing. */
const SOONEST_MS = MINUTE_MS;
/** The drill that the audit repeats; its record says how the last one went. */
const BY_AUDIT = 'audit';
/** The object of every other drill: there is one at a time, so nothing piles up. */
const ON_DEMAND = 'drill';
/** A schedule that is this late no longer comes: Lambda repeats an invocation for six hours at most. */
const GIVEN_UP_MS = 6 * 60 * MINUTE_MS;

/**
 * Tests the rollback without touching an identity: arms a one-time schedule as a change does, and records whether it
 * reaches the function. One step for each call; the caller waits in between.
 * @throws ByodkimError VALIDATION_ERROR, ACCESS_DENIED, DEPENDENCY_FAILED, CONCURRENT_UPDATE.
 */
export async function drill(world: World, request: RequestOf<'drill'>): Promise<DrillAnswer> {
  const services = world.services('', world.environment.region, world.clock);
  switch (request.step) {
    case 'prepare':
      return answer(world, 'Nothing is armed yet.');
    case 'arm': {
      requireSettings(world);
      const record = await armOnDemand(world, services);
      return answer(world, `A schedule is armed for ${record.firesAt}.`, record);
    }
    case 'check': {
      const record = await known(world, services, request.drill);
      const fired =
        record.firedAt === null ? 'has not fired yet' : `reached the function at ${record.firedAt}`;
      return answer(world, `The schedule ${fired}.`, record);
    }
    case 'end':
      return endDrill(world, services, await known(world, services, request.drill));
  }
}

async function known(world: World, services: Services, name: string): Promise<DrillRecord> {
  const stored = await readDrill(world, services, name);
  if (stored?.value.drill === name) return stored.value;
  throw new ByodkimError('VALIDATION_ERROR', {
    what: `drill: expected the name of a drill, found ${name}: ${stored ? 'another one has begun since' : 'there is none'}.`,
    details: { fields: ['drill'], found: name },
  });
}

function requireSettings({ environment }: World): void {
  const missing = (['keyStoreBucket', 'schedulerRoleArn'] as const)
    .filter((name) => environment[name] === '')
    .map((name) => ENVIRONMENT[name]);
  if (missing.length > 0)
    throw new ByodkimError('VALIDATION_ERROR', {
      what: `This function cannot arm anything: expected ${missing.join(' and ')} in its environment, found nothing.`,
      advice: 'Deploy the control stack again.',
      details: { fields: missing },
    });
}

/** Answers where the function is, what its schedules are made with, and the drill, once anything is armed. */
function answer(
  { environment, clock }: World,
  message: string,
  record?: DrillRecord,
  warnings: readonly string[] = [],
) {
  const { region, scheduleGroup, schedulerRoleArn, keyStoreBucket: bucket } = environment;
  const account = /^arn:[^:]*:iam::(\d{12}):/.exec(schedulerRoleArn)?.[1] ?? null;
  return {
    statusCode: 200,
    message,
    /** By this function's clock: the times below are compared with it. */
    now: iso(clock.now()),
    setting: { account, region, scheduleGroup, schedulerRoleArn, bucket },
    drill: record && withoutProof(record),
    warnings,
  };
}

export type DrillAnswer = ReturnType<typeof answer>;

const withoutProof = ({ format: _, proof: __, ...record }: DrillRecord) => record;

/** Records that the schedule of a drill has reached the function, under the role of the scheduler. */
export async function drillFired(world: World, { drill: name, proof }: RequestOf<'drill-fired'>) {
  const services = world.services('', world.environment.region, world.clock);
  const stored = await readDrill(world, services, name);
  let record = stored?.value;
  if (record?.proof === proof && record.firedAt === null) {
    record = await writeDrill(world, services, { ...record, firedAt: iso(world.clock.now()) }, stored!.etag);
    if (record?.proof === proof && record.firedAt === null)
      throw new ByodkimError('CONCURRENT_UPDATE', {
        what: `The record of the drill ${name} is being written by another run.`,
        advice: 'Try again.',
        details: { drill: name },
      });
  }
  const recorded = record?.proof === proof;
  return {
    statusCode: 200,
    recorded,
    reason: recorded
      ? `the schedule of the drill ${name} has arrived`
      : `the drill ${name} does not wait for this schedule`,
  };
}

/** Arms a drill in place of the last one. @throws ByodkimError CONCURRENT_UPDATE where another one began in that moment */
async function armOnDemand(world: World, services: Services): Promise<DrillRecord> {
  const name = world.uuid();
  // Written before it is read: S3 may answer 403 for an object that is not there.
  const first = await armDrill(world, services, name, null);
  if (first) return first;
  const last = (await readDrill(world, services, name))!;
  await services.schedules.remove(last.value.schedule).catch((error: unknown) => {
    world.log.warn('The schedule of the last drill could not be removed; it fires once and changes nothing', {
      error: String(error),
    });
  });
  const record = await armDrill(world, services, name, last);
  if (record) return record;
  throw new ByodkimError('CONCURRENT_UPDATE', {
    what: 'Another drill began at the same time.',
    advice: 'Wait for it to end, then drill again.',
    details: { drill: name },
  });
}

/**
 * Arms a schedule. The record is written first: a schedule without a record fires once and does nothing.
 * @param before the record to replace; `null`: there is none
 * @returns `null`: there is another one, and nothing was armed
 */
async function armDrill(
  world: World,
  services: Services,
  name: string,
  before: StoredJson<DrillRecord> | null,
): Promise<DrillRecord | null> {
  const at = world.clock.now() + SOONEST_MS;
  const proof = world.uuid();
  const schedule = `byodkim-drill-${name === BY_AUDIT ? world.uuid() : name}`;
  const record: DrillRecord = {
    format: 1,
    drill: name,
    proof,
    schedule,
    firesAt: iso(Math.ceil(at / 1000) * 1000),
    firedAt: null,
  };
  const written = await writeDrill(world, services, record, before?.etag ?? null);
  if (written?.proof !== proof) return null;
  await services.schedules.create({
    name: schedule,
    at,
    payload: { action: ACTIONS.drillFired, drill: name, proof },
    description: 'Tests that the function is reached; changes nothing',
  });
  return record;
}

/** Removes the schedule. A failure is a warning: it would fire once and change nothing. */
async function endDrill(world: World, { schedules }: Services, record: DrillRecord): Promise<DrillAnswer> {
  const { schedule, firesAt } = record;
  const warnings: string[] = [];
  try {
    await schedules.remove(schedule);
  } catch (error) {
    const warning = `Schedule ${schedule} could not be removed; it fires once, at ${firesAt}, and changes nothing`;
    world.log.warn(warning, { error: String(error) });
    warnings.push(warning);
  }
  return answer(world, 'Nothing is armed any more.', record, warnings);
}

/**
 * Checks whether the schedule of the last audit's drill has arrived, and begins the next one. A schedule that is lost
 * raises an alarm at once; this also covers an account in which there is no alarm, or nobody reads it.
 * @returns what is wrong with the rollback, in a sentence; undefined: nothing is known to be
 */
export async function repeatDrill(world: World, services: Services): Promise<string | undefined> {
  try {
    // Written before it is read: S3 may answer 403 for an object that is not there.
    if (await armDrill(world, services, BY_AUDIT, null)) return undefined;
    const last = (await readDrill(world, services, BY_AUDIT))!;
    const { firedAt, firesAt } = last.value;
    const isLost = firedAt === null;
    // The same audit, delivered twice.
    if (isLost && world.clock.now() - Date.parse(firesAt) < GIVEN_UP_MS) return undefined;
    await armDrill(world, services, BY_AUDIT, last);
    return isLost ? `the schedule that was armed for ${firesAt} has never reached the function` : undefined;
  } catch (error) {
    const { code, message } = asByodkimError(error);
    return `no schedule can be armed: ${code}: ${message}`;
  }
}

const placeOf = ({ environment: { keyStoreBucket: bucket } }: World, drill: string) => ({
  bucket,
  key: `${DRILL_PREFIX}${drill === BY_AUDIT ? BY_AUDIT : ON_DEMAND}.json`,
});

/**
 * Writes over `etag`, or only if there is nothing. The SDK repeats a write whose answer was lost, which then meets itself.
 * @returns what is there now
 */
async function writeDrill(
  world: World,
  services: Services,
  record: DrillRecord,
  etag: string | null,
): Promise<DrillRecord | undefined> {
  const written = await putJson(services.store, placeOf(world, record.drill), record, etag);
  return written ? record : (await readDrill(world, services, record.drill))?.value;
}

/** `null`: there is none. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED (unreadable as well). */
async function readDrill(
  world: World,
  { store }: Services,
  drill: string,
): Promise<StoredJson<DrillRecord> | null> {
  const place = placeOf(world, drill);
  const found = await store.get(place, MAX_FILE_BYTES);
  if (found === null) return null;
  const value = readJson<DrillRecord>(found.body, isRecord);
  if (value) return { value, etag: found.etag };
  const resource = s3Uri(place);
  throw new ByodkimError('DEPENDENCY_FAILED', {
    what: `Expected the record of a drill in ${resource}, found something else.`,
    advice: 'Remove it, then drill again.',
    details: { resource, unreadable: 'something else' },
  });
}

const isRecord = ({ format, proof, schedule }: Partial<DrillRecord>): boolean =>
  format === 1 && typeof proof === 'string' && typeof schedule === 'string';
