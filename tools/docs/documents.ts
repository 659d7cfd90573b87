import * as z from 'zod/mini';
import { domainList } from '../../list/schema';
import { moduleAlarms } from './alarms';
import { awsEvidence } from './aws/page';
import { commandLine } from './command-line';
import { moduleContracts } from './contract';
import type { GeneratedDocument } from './document';
import { errors } from './errors';
import { eventSchema, events } from './events';
import { findings } from './findings';
import { moduleTables } from './module-tables';
import { permissions } from './permissions';
import { modulePolicies } from './policies';
import { settings } from './settings';
import { trackRecord } from './track-record';
import { moduleVariables } from './variables';
import { described, wordsOf } from './words';

/** JSON Schema of the domain list, with which an editor completes and checks as one types. */
const listSchema: GeneratedDocument = {
  path: 'domains.schema.json',
  // Draft 7 is the one that YAML editors support best.
  generate: () => {
    const schema = z.toJSONSchema(domainList, { target: 'draft-7', io: 'input' });
    return `${JSON.stringify(described(schema, wordsOf('domainList')), null, 2)}\n`;
  },
};

/** Every generated file of the project. */
export const documents: readonly GeneratedDocument[] = [
  awsEvidence,
  commandLine,
  errors,
  events,
  eventSchema,
  findings,
  listSchema,
  permissions,
  settings,
  trackRecord,
  ...moduleVariables,
  ...moduleContracts,
  modulePolicies,
  moduleAlarms,
  ...moduleTables,
];
