import type { ServiceFactory } from './core';
import { createIam } from './services/iam';
import { createKms } from './services/kms';
import { createLambda } from './services/lambda';
import { createLogs } from './services/logs';
import { createS3 } from './services/s3';
import { createSes } from './services/ses';
import { createSts } from './services/sts';

/** Every service that a sandbox has by default. */
export const SERVICES: readonly ServiceFactory[] = [
  // One line each.
  createIam,
  createKms,
  createLambda,
  createLogs,
  createS3,
  createSes,
  createSts,
];
