/**
 * `npm run docs` writes the generated files; with `--check` it fails when one of them is stale.
 * Each generator is one file in tools/docs/.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { documents } from './docs/documents';

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const stale: string[] = [];
  for (const { path, generate, isCurrent } of documents) {
    const found = read(path);
    if (check && found !== null && isCurrent?.(found)) continue;
    const text = check && isCurrent ? null : await generate();
    if (text !== null && found === text) continue;
    stale.push(path);
    if (text !== null && !check) writeFileSync(path, text);
  }
  if (stale.length === 0) return;
  if (!check) return console.log(`written: ${stale.join(', ')}`);
  console.error(`stale: ${stale.join(', ')}. Run \`npm run docs\` and commit the result.`);
  process.exitCode = 1;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

main();
