import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { FINDING_CATALOGUE } from '../../../handlers/audit/finding-catalogue';
import type { FindingCode, Severity } from '../../../handlers/audit/findings';

const FOLDER = path.join(PROJECT_ROOT, 'handlers/audit');

/** Severity and code side by side, as the judges write them. */
const written = readdirSync(FOLDER)
  .filter((name) => name !== 'finding-catalogue.ts')
  .flatMap((name) => [
    ...readFileSync(path.join(FOLDER, name), 'utf8').matchAll(
      /'(urgent|unknown|act|plan)',\s+(?:code: )?'([A-Z_]+)'/g,
    ),
  ])
  .map(([, severity, code]) => [code as FindingCode, severity as Severity] as const);

it('gives each finding the severity that the audit gives it', () => {
  expect(written.length).toBeGreaterThan(15);
  for (const [code, severity] of written)
    expect([code, FINDING_CATALOGUE[code].severities]).toEqual([code, expect.arrayContaining([severity])]);
});
