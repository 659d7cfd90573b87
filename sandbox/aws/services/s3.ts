import type { ServiceFactory } from '../core';
import type { Service } from '../service';
import { bucketOperations } from './s3/buckets';
import { listingOperations } from './s3/listing';
import { objectOperations } from './s3/objects';
import { Store } from './s3/store';
import { s3Wire } from './s3/wire';

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly body: Buffer;
}

export interface S3Service extends Service {
  /** Every version of every object, for whoever looks for what should not be there. */
  everyVersion(): StoredObject[];
}

/** Simple Storage Service: versions, conditional writes, bucket policies, KMS. */
export const createS3: ServiceFactory<S3Service> = () => {
  const store = new Store();
  return {
    name: 's3',
    wire: s3Wire,
    operations: { ...bucketOperations(store), ...objectOperations(store), ...listingOperations(store) },
    everyVersion: () =>
      [...store.buckets.values()].flatMap((bucket) =>
        bucket.keys().flatMap((key) =>
          bucket
            .versions(key)
            .filter((version) => !version.deleteMarker)
            .map(({ versionId, body }) => ({ bucket: bucket.name, key, versionId, body })),
        ),
      ),
  };
};
