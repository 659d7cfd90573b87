import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { FINDINGS } from '../../../handlers/audit/finding-catalogue';

const FOLDER = path.join(PROJECT_ROOT, 'handlers/audit');

/** All that finds something. */
const judges = readdirSync(FOLDER)
  .filter((name) => !['finding-catalogue.ts', 'findings.ts'].includes(name))
  .map((name) => readFileSync(path.join(FOLDER, name), 'utf8'))
  .join('\n');

it('describes each finding that the audit gives, and no other', () => {
  const given = new Set(
    [...judges.matchAll(/'([A-Z]+(?:_[A-Z]+)+|DRIFT|UNCONFIRMED)'/g)].map(([, code]) => code!),
  );

  expect(Object.keys(FINDINGS).filter((code) => !given.has(code))).toEqual([]);
});

it.each(Object.entries(FINDINGS))('%s has the domain in commands alone', (_, { todo }) => {
  expect(todo.replace(/`byodkim [^`]*`/g, '')).not.toContain('<domain>');
});
