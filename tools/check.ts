/**
 * `npm run check`: checks format, lint, types, imports and generated files, and runs the tests. CI and contributors run
 * the same command.
 */
import { spawnSync } from 'node:child_process';

const skipTests = process.argv.includes('--no-tests');
/** The folders to which rules in `.dependency-cruiser.js` apply. */
const HOUSES = ['main.ts', 'cli', 'constructs', 'handlers', 'list', 'packages', 'tools', '__tests__'];
const steps: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['format and lint', ['biome', 'check', '--error-on-warnings', '.']],
  ['types', ['tsc', '--noEmit']],
  ['imports', ['depcruise', ...HOUSES]],
  ['generated files are up to date', ['node', '--require', 'tsx/cjs', 'tools/docs.ts', '--check']],
  ...(skipTests ? [] : [['tests', ['jest', '--selectProjects', 'unit', 'sandbox', 'life']] as const]),
];

for (const [name, command] of steps) {
  const startedAt = Date.now();
  console.log(`\n— ${name}`);
  const { status } = spawnSync('npx', ['--no-install', ...command], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`${name}: failed. Run \`npx ${command.join(' ')}\` to see it alone.`);
    process.exit(status ?? 1);
  }
  console.log(`${name}: fine, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}
