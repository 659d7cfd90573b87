import type { ObjectPlace, ObjectStore } from './object-store';

/** JSON as it lies in S3. */
export interface StoredJson<T> {
  readonly value: T;
  /** `null`: not written yet. */
  readonly etag: string | null;
}

/**
 * Writes JSON over what was read; if nothing was read (`etag` is `null`), only if nothing is there now.
 * @returns `null`: another run wrote in between
 */
export async function putJson<T extends object>(
  store: ObjectStore,
  place: ObjectPlace,
  value: T,
  etag: string | null,
): Promise<(StoredJson<T> & { readonly etag: string }) | null> {
  const written = await store.put(place, `${JSON.stringify(value, null, 2)}\n`, {
    contentType: 'application/json',
    ifAbsent: etag === null,
    ifMatch: etag ?? undefined,
  });
  return written && { value, etag: written.etag };
}

/** JSON that was read, as its check takes it; `null`: it is something else. */
export function readJson<T>(body: Uint8Array, isOurs: (value: Partial<T>) => boolean): T | null {
  try {
    const value = JSON.parse(Buffer.from(body).toString('utf8')) as Partial<T> | null;
    return value !== null && isOurs(value) ? (value as T) : null;
  } catch {
    return null;
  }
}
