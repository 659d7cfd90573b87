import type { ObjectStore } from '../aws/object-store';
import { putJson } from '../aws/stored-json';
import { LEDGER_PREFIX, ledgerObject, s3Uri } from '../contract/contract';
import type { Place } from '../contract/input/event';
import { asByodkimError, ByodkimError } from '../errors/errors';
import type { ObjectProblem } from '../words/errors/calls';
import { emptyLedger, type Ledger } from './ledger';
import { type NotedPart, readLedgerText } from './ledger-schema';

export interface StoredLedger {
  readonly ledger: Ledger;
  readonly etag: string;
  /** Parts of it that are not understood and therefore unknown. */
  readonly unknown: readonly NotedPart[];
}

/** The ledgers of a bucket: one object per region and domain, written only under a condition. */
export interface LedgerStore {
  /** `null` if there is no ledger or no bucket. */
  read(): Promise<StoredLedger | null>;
  /** Writes over `etag`, or only if no ledger exists. `null` if another run wrote in between. */
  write(ledger: Ledger, etag: string | null): Promise<StoredLedger | null>;
}

const LEDGER_KEY = new RegExp(`^${LEDGER_PREFIX}([^/]+)/([^/]+)\\.json$`);

/**
 * Lists the places of the ledgers in a bucket, for one region or for all. @throws ByodkimError ACCESS_DENIED,
 * DEPENDENCY_FAILED.
 */
export async function ledgersIn(store: ObjectStore, bucket: string, region?: string): Promise<Place[]> {
  const keys = await store.list(bucket, region === undefined ? LEDGER_PREFIX : `${LEDGER_PREFIX}${region}/`);
  return keys.flatMap((key) => {
    const found = LEDGER_KEY.exec(key);
    return found === null ? [] : [{ domain: found[2]!, region: found[1]! }];
  });
}

/**
 * Reads a ledger without writing it. Returns `null` if it does not exist. @throws ByodkimError ACCESS_DENIED,
 * DEPENDENCY_FAILED.
 */
export const readLedger = async (store: ObjectStore, bucket: string, place: Place): Promise<Ledger | null> =>
  (await ledgerStore(store, bucket, place).read())?.ledger ?? null;

/** Number of ledgers that are read at the same time. */
const AT_ONCE = 25;

/** Reads the ledgers of many places. @returns the ledger, `null` or the error of each place */
export async function readLedgers(
  store: ObjectStore,
  bucket: string,
  places: readonly Place[],
): Promise<(Ledger | null | ByodkimError)[]> {
  const ledgers: (Ledger | null | ByodkimError)[] = [];
  for (let from = 0; from < places.length; from += AT_ONCE) {
    const reads = places
      .slice(from, from + AT_ONCE)
      .map((place) => readLedger(store, bucket, place).catch(asByodkimError));
    ledgers.push(...(await Promise.all(reads)));
  }
  return ledgers;
}

/** Largest size of a ledger. 50 lines of history have about 20 kB. */
const LARGEST_BYTES = 1_000_000;

/** @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED from both. */
export function ledgerStore(store: ObjectStore, bucket: string, place: Place): LedgerStore {
  const object = { bucket, key: ledgerObject(place.region, place.domain) };
  const uri = s3Uri(object);
  const read = async (): Promise<StoredLedger | null> => {
    const found = await store.get(object, LARGEST_BYTES);
    return found && { ...parse(found.body, place, uri), etag: found.etag };
  };
  return {
    read,
    async write(ledger, etag) {
      const written = await putJson(store, object, ledger, { etag });
      if (written !== null) return { ledger, etag: written.etag, unknown: [] };
      // The SDK repeats a write whose answer was lost; the repetition then finds the first one.
      const found = await read();
      return found !== null && found.ledger.writeId === ledger.writeId ? found : null;
    },
  };
}

/** @throws ByodkimError DEPENDENCY_FAILED if no function of this project has written the object */
function parse(body: Uint8Array, place: Place, uri: string): Pick<StoredLedger, 'ledger' | 'unknown'> {
  const read = readLedgerText(body, emptyLedger(place.domain, place.region));
  if ('problem' in read) throw broken(uri, read.problem, armingIn(body));
  return read;
}

/** Returns the number of the arming in a ledger, whatever else is wrong with the ledger. */
function armingIn(body: Uint8Array): number | undefined {
  try {
    const number = JSON.parse(Buffer.from(body).toString('utf8'))?.open?.armed?.number;
    return typeof number === 'number' ? number : undefined;
  } catch {
    return undefined;
  }
}

const broken = (resource: string, problem: ObjectProblem, arming?: number): ByodkimError =>
  new ByodkimError('DEPENDENCY_FAILED', { kind: 'object', resource, object: 'ledger', problem, arming });
