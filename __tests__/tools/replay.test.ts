import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { faults, heldBy } from '../../tools/docs/track-record';

const PROJECT = path.resolve(__dirname, '../..');
const KEPT = '__tests__/handlers/transaction/simulation/kept';
const read = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8');
const all = Object.entries(faults);

test.each(all)('%s names its commits, and what holds it or why it is gone', (_, fault) => {
  expect(`${fault.brought} ${fault.fixed}`).toMatch(/^(unknown|[\da-f]{8})( [\da-f]{8})+$/);
  if (fault.schedule !== undefined)
    expect(existsSync(path.join(PROJECT, KEPT, `${fault.schedule}.json`))).toBe(true);
  else if (fault.gone === undefined) expect(read(heldBy(fault))).toContain(fault.test!.title);
});

test.each(all.flatMap(([name, { without }]) => (without ? [[name, without] as const] : [])))(
  'the fix of %s is in the code, once, so that it can be taken out',
  (_, { file, find, put }) => {
    expect(read(file).split(find)).toHaveLength(2);
    expect(put).not.toBe(find);
  },
);
