import * as z from 'zod/mini';
import { domainList } from '../../list/schema';
import type { GeneratedDocument } from './document';

/** JSON Schema of the domain list: what an editor completes and checks while one types. */
export const listSchema: GeneratedDocument = {
  path: 'domains.schema.json',
  // Draft 7 is what YAML editors understand best.
  generate: () =>
    `${JSON.stringify(z.toJSONSchema(domainList, { target: 'draft-7', io: 'input' }), null, 2)}\n`,
};
