import { api } from './api';
import { commandLine } from './command-line';
import type { GeneratedDocument } from './document';
import { errors } from './errors';
import { eventSchema, events } from './events';
import { findings } from './findings';
import { listSchema } from './list-schema';
import { permissions } from './permissions';
import { moduleVariables } from './variables';

/** Every generated file of the project. */
export const documents: readonly GeneratedDocument[] = [
  api,
  commandLine,
  errors,
  events,
  eventSchema,
  findings,
  listSchema,
  permissions,
  ...moduleVariables,
];
