import type { ObjectPlace, ObjectStore } from './object-store';

/** JSON as S3 has it. */
export interface StoredJson<T> {
  readonly value: T;
  /** `null`: not written yet. */
  readonly etag: string | null;
}

/** What S3 has at a place: JSON of this project, something else, or nothing (`etag` is `null`). */
export interface JsonReading<T> extends Partial<StoredJson<T>> {
  readonly etag: string | null;
  /** The text of something else. */
  readonly foreign?: string;
}

/** How JSON is written. */
export interface JsonWrite {
  /** The ETag of what was read; `null`: nothing was there. */
  readonly etag: string | null;
  /** The text to store. @default the value, indented */
  readonly text?: string;
}

/**
 * Reads JSON. @param isOurs whether it is what this project writes there
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function getJson<T>(
  store: ObjectStore,
  place: ObjectPlace,
  mostBytes: number,
  isOurs: (value: Partial<T>) => boolean,
): Promise<JsonReading<T>> {
  const object = await store.get(place, mostBytes);
  if (object === null) return { etag: null };
  const foreign = Buffer.from(object.body).toString('utf8');
  const { etag } = object;
  try {
    const value = JSON.parse(foreign) as Partial<T> | null;
    return value !== null && isOurs(value) ? { value: value as T, etag } : { foreign, etag };
  } catch {
    return { foreign, etag };
  }
}

/**
 * Writes JSON over what was read; if nothing was read (`etag` is `null`), only if nothing is there now.
 * @returns `null`: another run wrote in between
 */
export async function putJson<T extends object>(
  store: ObjectStore,
  place: ObjectPlace,
  value: T,
  { etag, text = `${JSON.stringify(value, null, 2)}\n` }: JsonWrite,
): Promise<(StoredJson<T> & { readonly etag: string }) | null> {
  const written = await store.put(place, text, {
    contentType: 'application/json',
    ifAbsent: etag === null,
    ifMatch: etag ?? undefined,
  });
  return written && { value, etag: written.etag };
}
