import { getJson, putJson, type StoredJson } from '../aws/stored-json';
import { iso, MINUTE_MS } from '../clock';
import { ACTIONS, DRILL_PREFIX, s3Uri } from '../contract/contract';
import type { RequestOf } from '../contract/event';
import { ByodkimError } from '../errors/errors';
import { MAX_FILE_BYTES } from '../key/private-key';
import type { Services, World } from '../world';

/** The last drill, as stored in S3: one object, since one drill runs at a time. */
interface DrillRecord {
  readonly format: 1;
  /** Names this drill, and its schedule. */
  readonly drill: string;
  /** Sent only by the schedule of this arming. */
  readonly proof: string;
  readonly schedule: string;
  /** ISO 8601, like all times here. */
  readonly firesAt: string;
  /** When the schedule reached the function; `null`: not yet. */
  readonly firedAt: string | null;
}

type Stored = StoredJson<DrillRecord>;

/** EventBridge Scheduler is precise to a minute. It accepts a time in the past, which would prove nothing. */
const SOONEST_MS = MINUTE_MS;

/**
 * Tests the rollback without touching an identity: arms a one-time schedule as a change does, or reports whether the one
 * that was armed has reached the function. The schedule fires once and changes nothing, so it is never removed.
 * @throws ByodkimError VALIDATION_ERROR, ACCESS_DENIED, DEPENDENCY_FAILED, CONCURRENT_UPDATE.
 */
export async function drill(world: World, { drill: name }: RequestOf<'drill'>) {
  const services = world.services('', world.environment.region, world.clock);
  const record =
    name === undefined ? await armOnDemand(world, services) : await requireDrill(world, services, name);
  const { region, scheduleGroup, schedulerRoleArn } = world.environment;
  const account = /^arn:[^:]*:iam::(\d{12}):/.exec(schedulerRoleArn)?.[1] ?? null;
  const { schedule, firesAt, firedAt } = record;
  return {
    statusCode: 200,
    message:
      firedAt === null
        ? `A schedule is armed for ${firesAt}.`
        : `The schedule reached the function at ${firedAt}.`,
    /** The function's clock, which the times below are compared with. */
    now: iso(world.clock.now()),
    setting: { account, region, scheduleGroup, schedulerRoleArn },
    drill: { drill: record.drill, schedule, firesAt, firedAt },
  };
}

export type DrillAnswer = Awaited<ReturnType<typeof drill>>;

/** Records that the schedule of a drill has reached the function, under the role of the scheduler. */
export async function drillFired(world: World, { drill: name, proof }: RequestOf<'drill-fired'>) {
  const services = world.services('', world.environment.region, world.clock);
  const stored = await readDrill(world, services);
  let record = stored?.value;
  const isAwaited = () => record?.proof === proof && record.firedAt === null;
  if (record && isAwaited()) {
    record = await writeDrill(world, services, { ...record, firedAt: iso(world.clock.now()) }, stored!.etag);
    if (isAwaited())
      throw new ByodkimError('CONCURRENT_UPDATE', {
        what: `The record of the drill ${name} is being written by another run.`,
        details: { drill: name },
      });
  }
  const recorded = record?.proof === proof;
  return {
    statusCode: 200,
    recorded,
    reason: `the drill ${name} ${recorded ? 'has fired' : 'does not wait for this schedule'}`,
  };
}

/** Arms a drill in place of the last one. @throws ByodkimError CONCURRENT_UPDATE if another one began at the same time */
async function armOnDemand(world: World, services: Services): Promise<DrillRecord> {
  // Written before it is read: S3 may answer 403 for an object that does not exist.
  const record =
    (await arm(world, services, null)) ?? (await arm(world, services, await readDrill(world, services)));
  if (record) return record;
  throw new ByodkimError('CONCURRENT_UPDATE', {
    what: 'Another drill began at the same time.',
    details: { drill: 'another one' },
  });
}

/**
 * Arms a schedule. The record is written first: a schedule without a record fires once and does nothing.
 * @param before the record to replace; `null`: no drill has been recorded
 * @returns `null` if another drill has been recorded since, and nothing was armed
 */
async function arm(world: World, services: Services, before: Stored | null): Promise<DrillRecord | null> {
  const at = world.clock.now() + SOONEST_MS;
  const [drill, proof] = [world.uuid(), world.uuid()];
  const schedule = `byodkim-drill-${drill}`;
  const firesAt = iso(Math.ceil(at / 1000) * 1000);
  const record: DrillRecord = { format: 1, drill, proof, schedule, firesAt, firedAt: null };
  const written = await writeDrill(world, services, record, before?.etag ?? null);
  if (written?.proof !== proof) return null;
  await services.schedules.create({
    name: schedule,
    at,
    payload: { action: ACTIONS.drillFired, drill, proof },
    description: 'Tests that the function is reached; changes nothing',
  });
  return record;
}

async function requireDrill(world: World, services: Services, name: string): Promise<DrillRecord> {
  const stored = await readDrill(world, services);
  if (stored?.value.drill === name) return stored.value;
  throw new ByodkimError('VALIDATION_ERROR', {
    what: `drill: expected the name of the last drill, found ${name}: ${stored ? 'another one has begun since' : 'none was begun'}.`,
    details: { fields: ['drill'], found: name },
  });
}

const placeOf = ({ environment: { keyStoreBucket: bucket } }: World) => ({
  bucket,
  key: `${DRILL_PREFIX}drill.json`,
});

/**
 * Writes over `etag`, or only if there is no record. The SDK repeats a write whose answer was lost, and then finds its own.
 * @returns the record that is stored now
 */
async function writeDrill(
  world: World,
  services: Services,
  record: DrillRecord,
  etag: string | null,
): Promise<DrillRecord | undefined> {
  const written = await putJson(services.store, placeOf(world), record, etag);
  return written ? record : (await readDrill(world, services))?.value;
}

/** Returns the record of the last drill, if one exists. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED (also if unreadable). */
async function readDrill(world: World, { store }: Services): Promise<Stored | null> {
  const place = placeOf(world);
  const { value, etag } = await getJson<DrillRecord>(store, place, MAX_FILE_BYTES, isRecord);
  if (etag === null) return null;
  if (value) return { value, etag };
  const resource = s3Uri(place);
  throw new ByodkimError('DEPENDENCY_FAILED', {
    what: `Expected the record of a drill in ${resource}, found something else.`,
    details: { resource, unreadable: 'something else', object: 'drill' },
  });
}

const isRecord = ({ format, proof, schedule }: Partial<DrillRecord>): boolean =>
  format === 1 && typeof proof === 'string' && typeof schedule === 'string';
