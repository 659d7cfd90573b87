import { PARTITION_OF_REGION } from './aws-regions';

/** The partition that a region is in: `aws`, `aws-cn`, `aws-us-gov` and so on. One that is not known is taken for `aws`. */
export const partitionOf = (region = ''): string => PARTITION_OF_REGION[region] ?? 'aws';
