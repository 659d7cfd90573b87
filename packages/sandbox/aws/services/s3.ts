import type { ServiceFactory } from '../../contract/core';
import { bucketOperations } from './s3/buckets';
import { listingOperations } from './s3/listing';
import { objectOperations } from './s3/objects';
import { Store } from './s3/store';

/** Simple Storage Service: versions, conditional writes, bucket policies, KMS. */
export const createS3: ServiceFactory = (core) => {
  const store = new Store();
  return {
    name: 's3',
    operations: { ...bucketOperations(store, core), ...objectOperations(store), ...listingOperations(store) },
  };
};
