import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const PROJECT = path.resolve(__dirname, '../../..');

/** A Markdown page of the project. */
export interface Page {
  /** Relative to the project. */
  readonly file: string;
  readonly text: string;
}

export const readPage = (file: string): Page => ({
  file,
  text: readFileSync(path.join(PROJECT, file), 'utf8'),
});

/** Returns every Markdown page that people read, generated ones included; the changelog is history. */
export const pages = (): Page[] =>
  [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...pagesBelow('constructs', 'docs', 'modules', 'packages'),
  ].map(readPage);

const pagesBelow = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`)
      .sort(),
  );

const FENCE = /^( *)```(\w*)[^\n]*\n([\s\S]*?)^ *```$/gm;

/** Returns the fenced blocks of a language, without the indentation of the list that they stand in. */
export const fencesOf = ({ text }: Page, language: string): string[] =>
  [...text.matchAll(FENCE)]
    .filter(([, , name]) => name === language)
    .map(([, indent = '', , body = '']) => body.replaceAll(new RegExp(`^ {0,${indent.length}}`, 'gm'), ''));

/** The page without its fenced blocks. */
export const proseOf = ({ text }: Page): string => text.replaceAll(FENCE, '');

/** What stands between backquotes. */
export const inlineCodeOf = (page: Page): string[] =>
  [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);

/** Each heading: its level, and its own anchor where it has one. */
export const headingsOf = (page: Page): { level: number; text: string; id?: string }[] =>
  [...proseOf(page).matchAll(/(?:<a id="([\w-]+)"><\/a>\n)?^(#{1,6}) (.+)$/gm)].map(
    ([, id, marks = '', text = '']) => ({ level: marks.length, text, ...(id !== undefined && { id }) }),
  );

/** Where a link within the project can go: anchors that are written down, and those that headings make. */
export const anchorsOf = (page: Page): Set<string> =>
  new Set([
    ...[...page.text.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id!),
    ...numbered(headingsOf(page).map(({ text }) => slug(text))),
  ]);

/** The second of the same name ends in `-1`, the third in `-2`: GitHub's way. */
function numbered(slugs: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return slugs.map((each) => {
    const before = seen.get(each) ?? 0;
    seen.set(each, before + 1);
    return before === 0 ? each : `${each}-${before}`;
  });
}

/** As GitHub makes it of a heading. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
