import { type ObjectStore, putJson, readJson } from '../aws/object-store';
import { DRILL_PREFIX, s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { World } from '../world';

/** One drill, as it lies in S3. */
export interface DrillRecord {
  readonly format: 1;
  /** Names the object. */
  readonly drill: string;
  /** Only the schedule of this arming carries it: what brings it back was armed here. */
  readonly proof: string;
  readonly schedule: string;
  /** ISO 8601, like all times here. */
  readonly armedAt: string;
  readonly firesAt: string;
  /** When the schedule reached the function; `null`: not yet. */
  readonly firedAt: string | null;
  /** When nobody waited for it any more; `null`: somebody does. */
  readonly endedAt: string | null;
}

export interface StoredDrill {
  readonly record: DrillRecord;
  /** `null`: there is no such object yet. */
  readonly etag: string | null;
}

const objectOf = (drill: string): string => `${DRILL_PREFIX}${drill}.json`;

/** `null`: there is none. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED (unreadable as well). */
export async function readDrill(
  world: World,
  store: ObjectStore,
  drill: string,
): Promise<StoredDrill | null> {
  const { bucket, key, resource } = placeOf(world, drill);
  const found = await store.get({ bucket, key });
  if (found === null) return null;
  const record = readJson<DrillRecord>(found.body, isRecord);
  if (record) return { record, etag: found.etag };
  throw new ByodkimError('DEPENDENCY_FAILED', {
    what: `Expected the record of a drill in ${resource}, found something else.`,
    advice: 'Remove it, and drill again.',
    details: { resource, unreadable: 'something else' },
  });
}

/** Writes over what was read; `null`: somebody else wrote in between. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED. */
export async function writeDrill(
  world: World,
  store: ObjectStore,
  { record, etag }: StoredDrill,
): Promise<StoredDrill | null> {
  const { bucket, key } = placeOf(world, record.drill);
  const written = await putJson(store, { bucket, key }, `${JSON.stringify(record, null, 2)}\n`, etag);
  return written && { record, etag: written.etag };
}

const ATTEMPTS = 3;

/**
 * Changes the record as it is now, also where another run writes at the same time.
 * @param change `null`: leave it
 * @returns the record as it is in the end; `null`: there is none
 */
export async function changeDrill(
  world: World,
  store: ObjectStore,
  drill: string,
  change: (record: DrillRecord) => DrillRecord | null,
): Promise<DrillRecord | null> {
  for (let attempt = 1; ; attempt++) {
    const stored = await readDrill(world, store, drill);
    if (!stored) return null;
    const changed = change(stored.record);
    if (!changed) return stored.record;
    const written = await writeDrill(world, store, { record: changed, etag: stored.etag });
    if (written) return written.record;
    if (attempt === ATTEMPTS)
      throw new ByodkimError('CONCURRENT_UPDATE', {
        what: `The record of the drill ${drill} is being written by others all the time.`,
        advice: 'Try again.',
        details: { drill },
      });
  }
}

function placeOf({ environment: { keyStoreBucket: bucket } }: World, drill: string) {
  const key = objectOf(drill);
  return { bucket, key, resource: s3Uri({ bucket, key }) };
}

const isRecord = ({ format, proof, schedule }: Partial<DrillRecord>): boolean =>
  format === 1 && typeof proof === 'string' && typeof schedule === 'string';
