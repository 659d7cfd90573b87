import type { ObjectStore } from '../aws/object-store';
import { putJson } from '../aws/stored-json';
import { LEDGER_PREFIX, ledgerObject, s3Uri } from '../contract/contract';
import { formatValue } from '../contract/input/validation-errors';
import { asByodkimError, ByodkimError } from '../errors/errors';
import type { ObjectProblem } from '../facts/errors';
import { emptyLedger, type Ledger, type Place } from './ledger';

export interface StoredLedger {
  readonly ledger: Ledger;
  readonly etag: string;
}

/** The ledgers of a bucket: one object per region and domain, written only under a condition. */
export interface LedgerStore {
  /** `null`: no ledger exists, or no bucket. */
  read(): Promise<StoredLedger | null>;
  /** Writes over `etag`, or only if no ledger exists. `null`: another run wrote in between. */
  write(ledger: Ledger, etag: string | null): Promise<StoredLedger | null>;
}

const LEDGER_KEY = new RegExp(`^${LEDGER_PREFIX}([^/]+)/([^/]+)\\.json$`);

/** Lists whose ledgers are in a bucket, of one region or of all. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED. */
export async function ledgersIn(store: ObjectStore, bucket: string, region?: string): Promise<Place[]> {
  const keys = await store.list(bucket, region === undefined ? LEDGER_PREFIX : `${LEDGER_PREFIX}${region}/`);
  return keys.flatMap((key) => {
    const found = LEDGER_KEY.exec(key);
    return found === null ? [] : [{ domain: found[2]!, region: found[1]! }];
  });
}

/** Reads a ledger without writing it. `null`: it does not exist. @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED. */
export const readLedger = async (store: ObjectStore, bucket: string, place: Place): Promise<Ledger | null> =>
  (await ledgerStore(store, bucket, place).read())?.ledger ?? null;

/** Ledgers that are read at the same time. */
const AT_ONCE = 25;

/** Reads the ledgers of many places. @returns for each its ledger, `null`, or the error instead of one */
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

/** Bounds a ledger: 50 lines of history make some 20 kB. */
const LARGEST_BYTES = 1_000_000;

/** @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED from both. */
export function ledgerStore(store: ObjectStore, bucket: string, place: Place): LedgerStore {
  const object = { bucket, key: ledgerObject(place.region, place.domain) };
  const uri = s3Uri(object);
  const read = async (): Promise<StoredLedger | null> => {
    const found = await store.get(object, LARGEST_BYTES);
    return found && { ledger: parse(found.body, place, uri), etag: found.etag };
  };
  return {
    read,
    async write(ledger, etag) {
      const written = await putJson(store, object, ledger, { etag });
      if (written !== null) return { ledger, etag: written.etag };
      // The SDK repeats a write whose answer was lost; the repetition then finds the first one.
      const found = await read();
      return found !== null && found.ledger.writeId === ledger.writeId ? found : null;
    },
  };
}

/** Reads a ledger of this place and format. Only the function can write one, so no more is checked than what all rely on. */
function parse(body: Uint8Array, place: Place, uri: string): Ledger {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw broken(uri, { kind: 'not-json' });
  }
  const empty = emptyLedger(place.domain, place.region);
  const found = json as Ledger | null;
  const ledger = { ...empty, ...found };
  const wrong = (Object.keys(empty) as (keyof Ledger)[]).find((each) =>
    FIXED.includes(each) ? found?.[each] !== empty[each] : kindOf(ledger[each]) !== kindOf(empty[each]),
  );
  const inner = wrong === undefined && INNER.find((each) => !isWhole(ledger, each.split('.')));
  if (inner) throw broken(uri, { kind: 'field', field: inner, expected: 'a text' }, armingIn(json));
  const odd = wrong === undefined ? oddPart(ledger) : undefined;
  if (odd) throw broken(uri, { kind: 'field', ...odd }, armingIn(json));
  if (wrong === undefined) return ledger;
  const expected = FIXED.includes(wrong) ? JSON.stringify(empty[wrong]) : kindOf(empty[wrong]);
  const problem = { kind: 'field', field: wrong, expected, found: formatValue(found?.[wrong]) } as const;
  throw broken(uri, problem, armingIn(json));
}

const FIXED: readonly (keyof Ledger)[] = ['format', 'domain', 'region'];

/** The ends of what is read without asking whether it is there; the first of each may be missing. */
const INNER = [
  'baseline.restoration.kind',
  'open.previous.restoration.kind',
  'open.wanted.key.fingerprint',
  'owner.wanted.key.fingerprint',
  'inForce.key.fingerprint',
];

function isWhole(ledger: Ledger, [first, ...names]: string[]): boolean {
  const part: unknown = ledger[first as keyof Ledger];
  const inner = (value: unknown, name: string) =>
    (value as Record<string, unknown> | undefined | null)?.[name];
  return part === null || typeof names.reduce(inner, part) === 'string';
}

/** The last time that a date can hold, in milliseconds since the epoch. */
const LAST_TIME = 8.64e15;
const isTime = (value: unknown): boolean =>
  value === null || (typeof value === 'number' && Math.abs(value) <= LAST_TIME);
const hasText = (name: string) => (value: unknown) =>
  typeof (value as Record<string, unknown> | null)?.[name] === 'string';

/** Returns a part that only somebody else can have written, and that would end the work of a whole call. */
function oddPart(ledger: Ledger): { readonly field: string; readonly expected: string } | undefined {
  const { signers, sharers, callsOfOthers, changedByOthersAt, settledAt, last, owner, open } = ledger;
  if (!signers.every(hasText('selector'))) return { field: 'signers', expected: 'a selector in each' };
  if (!sharers.every(hasText('region'))) return { field: 'sharers', expected: 'a region in each' };
  if (!callsOfOthers.every(hasText('call'))) return { field: 'callsOfOthers', expected: 'a call in each' };
  const times = { changedByOthersAt, settledAt, 'last.at': last === null ? null : last.at };
  const [time] = Object.entries(times).find(([, value]) => !isTime(value)) ?? [];
  if (time !== undefined) return { field: time, expected: 'a time' };
  const shared: unknown[] = [owner, open?.owner].map((each) => each?.rotation?.sharedWith ?? []);
  return shared.every(Array.isArray) ? undefined : { field: 'rotation.sharedWith', expected: 'a list' };
}

/** Returns the form that a field must have; what may be missing is an object or a number. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : 'an object or a number';
}

/** Returns the number of the arming that a ledger shows, whatever else is wrong with it. */
function armingIn(json: unknown): number | undefined {
  const number = (json as { open?: { armed?: { number?: unknown } } } | null)?.open?.armed?.number;
  return typeof number === 'number' ? number : undefined;
}

const broken = (resource: string, problem: ObjectProblem, arming?: number): ByodkimError =>
  new ByodkimError('DEPENDENCY_FAILED', { kind: 'object', resource, object: 'ledger', problem, arming });
