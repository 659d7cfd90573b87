import * as z from 'zod';
import { isBlock, type Table } from '../../../handlers/contract/settings/setting';

/**
 * Returns a value for each setting of a table, so that a new one is tried without being added to a test.
 * @param given values that a schema cannot find; undefined leaves a setting out
 * @throws Error if a schema has no value and none is given
 */
export const everySetting = (table: Table, given: Readonly<Record<string, any>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table).flatMap(([name, entry]) => {
      if (isBlock(entry))
        return name in given && given[name] === undefined
          ? []
          : [[name, everySetting(entry, given[name] ?? {})]];
      const value = name in given ? given[name] : sample(name, z.toJSONSchema(entry.schema));
      return value === undefined ? [] : [[name, value]];
    }),
  );

function sample(name: string, { type, enum: options, minimum }: any): unknown {
  if (type === 'boolean') return true;
  if (type === 'integer') return minimum + 1;
  if (options) return options.at(-1);
  throw new Error(`Give a value of ${name}, which its schema does not have.`);
}
