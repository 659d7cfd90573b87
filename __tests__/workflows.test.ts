import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../constructs/built-handler';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

test('the job that builds a release may only read, and the job that publishes it runs nothing of it', () => {
  const { permissions, jobs } = parse(read('.github/workflows/release.yml'));
  expect(permissions).toEqual({});
  expect(jobs.build.permissions).toEqual({ contents: 'read' });
  expect(jobs.build.steps.map(({ run }: { run?: string }) => run)).toContain(
    'npm ci --ignore-scripts --no-audit --no-fund',
  );
  expect(jobs.publish).toMatchObject({ needs: 'build', environment: 'release' });
  const steps: { uses?: string; run?: string }[] = jobs.publish.steps;
  expect(steps.flatMap(({ uses }) => uses?.replace(/@.*/, '') ?? [])).toEqual([
    'actions/download-artifact',
    'actions/attest-build-provenance',
  ]);
  expect(steps.flatMap(({ run }) => run ?? [])).toEqual([
    expect.stringMatching(/^gh release create [^;&|]+$/),
  ]);
});

test('every workflow pins the actions that it uses by commit', () => {
  const files = ['.github/workflows', 'docs/examples'].flatMap((folder) =>
    readdirSync(path.join(PROJECT_ROOT, folder), { encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const outside = files
    .filter((file) => file.endsWith('.yml'))
    .flatMap((file) => [...read(file).matchAll(/uses: (\S+)(.*)/g)].map((found) => [found[1]!, found[2]!]));
  expect(outside.length).toBeGreaterThan(8);
  expect(
    outside.filter(([action, comment]) => !/@[0-9a-f]{40}$/.test(action!) || !/# v\d/.test(comment!)),
  ).toEqual([]);
});
