import type { ObjectStore } from '../aws/object-store';
import type { Services } from '../aws/services';
import { getJson, putJson } from '../aws/stored-json';
import { iso, MINUTE_MS } from '../clock';
import { ACTIONS, DRILL_PREFIX } from '../contract/contract';
import type { RequestOf } from '../contract/input/event';
import { ByodkimError } from '../errors/errors';
import { MAX_OBJECT_BYTES } from '../keys/format/pem';
import { coded } from '../ledger/results';
import type { DrillFiring } from '../words/results';
import type { World } from '../world';

/** The last drill, as stored in S3. */
interface DrillRecord {
  readonly format: 1;
  /** Name of this drill and of its schedule. */
  readonly drill: string;
  /** Sent only by the schedule of this arming. */
  readonly proof: string;
  readonly schedule: string;
  /** ISO 8601, like all times here. */
  readonly firesAt: string;
  /** Time at which the schedule reached the function, or `null` if it has not. */
  readonly firedAt: string | null;
}

/** The answer to `drill`. */
export interface DrillAnswer {
  readonly statusCode: 200;
  /** The function's clock, with which the times below are compared. */
  readonly now: string;
  /** Group of this function's schedules. */
  readonly setting: {
    /** `null` if the role of the scheduler does not name it. */
    readonly account: string | null;
    readonly region: string;
    readonly scheduleGroup: string;
    readonly schedulerRoleArn: string;
  };
  readonly drill: Pick<DrillRecord, 'drill' | 'schedule' | 'firesAt' | 'firedAt'>;
}

/** The answer to the schedule of a drill. */
export interface DrillFiredAnswer {
  readonly statusCode: 200;
  /** Whether the drill waits or waited for this schedule. */
  readonly recorded: boolean;
  /** Its result. */
  readonly code: string;
  readonly facts: DrillFiring;
}

/** EventBridge Scheduler is precise to a minute. It accepts a time in the past, which would prove nothing. */
const SOONEST_MS = MINUTE_MS;

/**
 * Tests the rollback without touching an identity: arms a one-time schedule as a change does, or reports whether the last one
 * has reached the function. The schedule fires once and changes nothing, so it is never removed.
 */
export async function runDrill(world: World, { drill: name }: RequestOf<'drill'>): Promise<DrillAnswer> {
  const services = world.services('', world.environment.region, world.clock);
  const record =
    name === undefined ? await arm(world, services) : await requireDrill(world, services.store, name);
  const { region, scheduleGroup, schedulerRoleArn } = world.environment;
  const account = /^arn:[^:]*:iam::(\d{12}):/.exec(schedulerRoleArn)?.[1] ?? null;
  const { schedule, firesAt, firedAt } = record;
  return {
    statusCode: 200,
    now: iso(world.clock.now()),
    setting: { account, region, scheduleGroup, schedulerRoleArn },
    drill: { drill: record.drill, schedule, firesAt, firedAt },
  };
}

/** Records that the schedule of a drill has reached the function, under the role of the scheduler. */
export async function recordDrillFired(
  world: World,
  { drill: name, proof }: RequestOf<'drill-fired'>,
): Promise<DrillFiredAnswer> {
  const { store } = world.services('', world.environment.region, world.clock);
  const { value: last, etag } = await readDrill(world, store);
  const recorded = last?.proof === proof;
  // If the record has changed meanwhile, this call was recorded before, or another drill was armed.
  if (recorded && last.firedAt === null)
    await putJson(store, placeOf(world), { ...last, firedAt: iso(world.clock.now()) }, { etag });
  const facts: DrillFiring = { kind: recorded ? 'drill-fired' : 'drill-not-awaited', drill: name };
  return { statusCode: 200, recorded, ...coded(facts) };
}

/**
 * Arms a drill in place of the last one. Writes the record first, since a schedule without a record fires and does nothing.
 */
async function arm(world: World, { store, schedules }: Services): Promise<DrillRecord> {
  const at = world.clock.now() + SOONEST_MS;
  const [drill, proof] = [world.uuid(), world.uuid()];
  const schedule = `byodkim-drill-${drill}`;
  const firesAt = iso(Math.ceil(at / 1000) * 1000);
  const record: DrillRecord = { format: 1, drill, proof, schedule, firesAt, firedAt: null };
  await store.put(placeOf(world), JSON.stringify(record), { contentType: 'application/json' });
  await schedules.create({ name: schedule, at, payload: { action: ACTIONS.drillFired, drill, proof } });
  return record;
}

async function requireDrill(world: World, store: ObjectStore, name: string): Promise<DrillRecord> {
  const { value: last } = await readDrill(world, store);
  if (last?.drill === name) return last;
  throw new ByodkimError('VALIDATION_ERROR', {
    kind: 'drill',
    fields: ['drill'],
    found: name,
    isBegun: last !== undefined,
  });
}

const placeOf = ({ environment: { keyStoreBucket: bucket } }: World) => ({
  bucket,
  key: `${DRILL_PREFIX}drill.json`,
});

/** Reads the record of the last drill; `value` is undefined if there is none. */
const readDrill = (world: World, store: ObjectStore) =>
  getJson<DrillRecord>(store, placeOf(world), MAX_OBJECT_BYTES, ({ format }) => format === 1);
