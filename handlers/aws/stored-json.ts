import type { ObjectPlace, ObjectStore } from './object-store';

/** A JSON value as it is stored in S3. */
export interface StoredJson<T> {
  readonly value: T;
  /** `null`: not written yet. */
  readonly etag: string | null;
}

/** The content of a place in S3: JSON of this project, something else, or nothing (`etag` is `null`). */
export interface JsonReading<T> extends Partial<StoredJson<T>> {
  readonly etag: string | null;
  /** The text of something else. */
  readonly foreign?: string;
}

/** Formats JSON for S3. */
export interface JsonWrite {
  /** The ETag of the object that was read, or `null` if there was none. */
  readonly etag: string | null;
  /** The text to store. @default the value, indented */
  readonly text?: string;
}

/**
 * Reads JSON. @param isOurs checks whether this project wrote the value
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
 * Writes JSON over the object that was read. If none was read (`etag` is `null`), writes only if there is none now.
 * @returns `null` if another run wrote in between
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
