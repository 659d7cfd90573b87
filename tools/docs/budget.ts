import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** How many words (as `wc -w` counts them) the pages may have. */
const BUDGETS: readonly { readonly pages: string; readonly words: number }[] = [
  { pages: 'README.md', words: 950 },
  { pages: 'docs/runbook.md', words: 3_000 },
  { pages: '', words: 25_000 },
];

const ROOT = path.join(__dirname, '../..');

/** Returns the Markdown pages that people read, generated ones included; the changelog is history. */
export function pageFiles(): string[] {
  const below = ['docs', 'modules', 'packages'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`)
      .sort(),
  );
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...below];
}

/** Returns one line for each budget that the pages exceed. */
export function overBudget(): string[] {
  return BUDGETS.map(({ pages, words: most }) => ({
    pages: pages || 'all pages',
    most,
    found: pageFiles()
      .filter((file) => file.startsWith(pages))
      .reduce((sum, file) => sum + wordsOf(file), 0),
  }))
    .filter(({ found, most }) => found > most)
    .map(({ pages, found, most }) => `${pages}: ${found} words, at most ${most}`);
}

const wordsOf = (file: string): number =>
  readFileSync(path.join(ROOT, file), 'utf8').split(/\s+/).filter(Boolean).length;
