/**
 * `npm run docs` writes the generated files; with `--check` it fails when one of them is stale. Each generator is one file in
 * tools/docs/.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { documents } from './docs/documents';

const check = process.argv.includes('--check');
const stale = documents
  .map(({ path, generate }) => ({ path, text: generate() }))
  .filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text);

if (!check) for (const { path, text } of stale) writeFileSync(path, text);
if (stale.length > 0) {
  const paths = stale.map(({ path }) => path).join(', ');
  if (check) fail(`stale: ${paths}. Run \`npm run docs\` and commit the result.`);
  else console.log(`written: ${paths}`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
