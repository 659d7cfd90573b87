import { awsError } from '../aws/aws-error';
import type { ObjectStore } from '../aws/object-store';
import { ledgerObject } from '../contract';
import { ByodkimError } from '../errors';
import type { Ledger } from './ledger';

export interface StoredLedger {
  readonly ledger: Ledger;
  readonly etag: string;
}

/** The ledgers of a bucket: one object per region and domain, written only under a condition. */
export interface LedgerStore {
  /** `null`: no ledger (or no bucket). */
  read(): Promise<StoredLedger | null>;
  /** Writes over `etag`, or only if there is none. `null`: somebody else wrote in between. */
  write(ledger: Ledger, etag: string | null): Promise<StoredLedger | null>;
}

/** @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED from both. */
export function ledgerStore(store: ObjectStore, bucket: string, region: string, domain: string): LedgerStore {
  const place = { bucket, key: ledgerObject(region, domain) };
  const shown = `s3://${bucket}/${place.key}`;
  const read = async (): Promise<StoredLedger | null> => {
    const object = await store.get(place).catch((error: unknown) => {
      throw awsError(error, { action: 's3:GetObject', resource: shown });
    });
    return object === null ? null : { ledger: parse(object.body, shown), etag: object.etag };
  };
  return {
    read,
    async write(ledger, etag) {
      const body = JSON.stringify(ledger, null, 2);
      const written = await store
        .put(place, body, {
          contentType: 'application/json',
          ...(etag === null ? { ifAbsent: true } : { ifMatch: etag }),
        })
        .catch((error: unknown) => {
          throw awsError(error, { action: 's3:PutObject', resource: shown });
        });
      if (written !== null) return { ledger, etag: written.etag };
      // A write whose answer was lost is repeated by the SDK, and then meets itself.
      const found = await read();
      return found !== null && found.ledger.writeId === ledger.writeId ? found : null;
    },
  };
}

function parse(body: Uint8Array, shown: string): Ledger {
  try {
    const ledger = JSON.parse(Buffer.from(body).toString('utf8')) as Ledger;
    if (ledger.format === 1 && Array.isArray(ledger.history)) return ledger;
  } catch {
    // falls through to the error below
  }
  throw new ByodkimError(
    'DEPENDENCY_FAILED',
    `The ledger ${shown} cannot be read: expected JSON of format 1. Restore an earlier version of the object, ` +
      'or delete it: the next apply then takes what SES has now as the state to go back to.',
    { resource: shown },
  );
}
