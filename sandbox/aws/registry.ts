import type { ServiceFactory } from './core';
import { createKms } from './services/kms';
import { createS3 } from './services/s3';
import { createSts } from './services/sts';

/** Every service that a sandbox has by default. */
export const SERVICES: readonly ServiceFactory[] = [
  // One line each.
  createKms,
  createS3,
  createSts,
];
