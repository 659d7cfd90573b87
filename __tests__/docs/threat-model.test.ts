import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT } from './support/pages';

const page = readFileSync(path.join(PROJECT, 'docs/threat-model.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| (?!What \|)/.test(line));
const named = [...rows.join('\n').matchAll(/`([a-z0-9-]+(?:\/[a-z0-9.-]+)+): ([^`]+)`/g)].map(
  ([, file, title]) => ({
    file: `__tests__/${file}.test.ts`,
    title: title!,
  }),
);

describe('the threat model', () => {
  it('names a test in each row', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !/^(?:\|[^|]*){3}\| `[^|]+: [^|]+` \|$/.test(row))).toEqual([]);
    expect(named.length).toBeGreaterThanOrEqual(rows.length);
  });

  it('names no missing test', () => {
    const missing = named.filter(({ file, title }) => {
      const full = path.join(PROJECT, file);
      return !existsSync(full) || !readFileSync(full, 'utf8').includes(title);
    });
    expect(missing).toEqual([]);
  });
});
