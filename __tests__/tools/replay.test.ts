import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { faults, heldBy } from '../../tools/docs/track-record';

const PROJECT = path.resolve(__dirname, '../..');
const KEPT = '__tests__/handlers/transaction/simulation/kept';
const read = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8');
const all = Object.entries(faults);

test.each(all)(
  '%s names its commits, and the test that catches it or why it can no longer be written',
  (_, fault) => {
    expect(`${fault.brought} ${fault.fixed}`).toMatch(/^(unknown|[\da-f]{8})( [\da-f]{8})+$/);
    if (fault.schedule !== undefined)
      expect(existsSync(path.join(PROJECT, KEPT, `${fault.schedule}.json`))).toBe(true);
    else if (fault.gone === undefined) expect(read(heldBy(fault))).toContain(fault.test!.title);
  },
);

test.each(all.flatMap(([name, { without }]) => (without ? [[name, without] as const] : [])))(
  'the fix of %s occurs once in the code, so that it can be removed',
  (_, { file, find, put }) => {
    expect(read(file).split(find)).toHaveLength(2);
    expect(put).not.toBe(find);
  },
);
