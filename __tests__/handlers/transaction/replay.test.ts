import { readFileSync } from 'node:fs';
import path from 'node:path';
import faults from './replay/faults.json';

const PROJECT = path.resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8');
const record = read('docs/evidence/reliability.md');

test.each(Object.entries(faults))(
  '%s can be replayed: its fix is in the code, its test is there',
  (name, fault) => {
    const { file, find, put } = fault.without;
    expect(read(file).split(find)).toHaveLength(2);
    expect(put).not.toBe(find);
    // Rows of a table have parts of their titles as values.
    const known = read(`__tests__/handlers/transaction/${fault.file}.test.ts`);
    expect(fault.title.split(/: |, while| \d+ s$/).some((part) => known.includes(part))).toBe(true);
    expect(record).toContain(`\`${name}\``);
  },
);
