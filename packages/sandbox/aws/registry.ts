import type { ServiceFactory } from './core';
import { createCloudWatch } from './services/cloudwatch';
import { createEvents } from './services/events';
import { createIam } from './services/iam';
import { createKms } from './services/kms';
import { createLambda } from './services/lambda';
import { createLogs } from './services/logs';
import { createRoute53 } from './services/route53';
import { createS3 } from './services/s3';
import { createScheduler } from './services/scheduler';
import { createSes } from './services/ses';
import { createSns } from './services/sns';
import { createSts } from './services/sts';

/** Every service that a sandbox has by default. */
export const SERVICES: readonly ServiceFactory[] = [
  createCloudWatch,
  createEvents,
  createIam,
  createKms,
  createLambda,
  createLogs,
  createRoute53,
  createS3,
  createScheduler,
  createSes,
  createSns,
  createSts,
];
