/**
 * Where text leaves, what it may hold: one function for each outlet. DNS, S3 and AWS say what they like, so whatever is
 * shown goes through one of these at the very end, and through nothing before it. Secrets are `redact.ts`'s.
 */

/** Control, format (bidirectional, invisible), private and unassigned characters; line and paragraph separators. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `\x1b`, `\u{202e}`: what cannot be seen, or moves what can, written out. */
function writtenOut(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

/** A value inside of a line, whoever gave it: it ends no line and moves no cursor. */
export const oneLine = (text: string): string => text.replace(UNSEEN, writtenOut);

/** Text of several lines: answers, logs. Line feeds are the only thing in it that is not seen. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (character) => (character === '\n' ? character : writtenOut(character)));

/** The same for every string of a JSON value, names of fields included. */
export function visibleValue<T>(value: T): T {
  return mapStrings(value, visible) as T;
}

/**
 * A terminal, which may be a CI job's log: GitHub takes a line that begins with `::` for a command (a second `::`
 * ends its name), GitHub and Azure take `##[` and `##vso[` anywhere.
 */
export const forTerminal = (text: string): string =>
  visible(text)
    .replace(/^([^\S\n]*):(?=:[^\n]*::)/gm, '$1:\u2060')
    .replace(/##(?=\[|vso\[)/g, '#\u2060#');

/** Text of a mail. Mail programs make links of addresses: in what others have said, none shall be one. */
export const forMail = (text: string): string =>
  visible(text)
    .replace(/\b(https?|ftp):\/\//gi, '$1[:]//')
    .replace(/\bwww\./gi, 'www[.]');

/**
 * One line of Markdown that is shown as it is: no markup, HTML, link, mention or reference of an issue, and no end of a
 * table's cell. GitHub finds mentions and links after escapes are undone, so a character without width breaks them.
 */
export const forMarkdown = (text: string): string =>
  oneLine(text.replace(/\s+/g, ' '))
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*{}[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')
    .replace(/([@#])(?=[\w-])/g, '$1\u200b')
    .replace(/(:)(?=\/\/)|(\bwww)(?=\.)|(\bGH)(?=-\d)/gi, '$&\u200b');

/** Text as code inside of a line of Markdown: nothing in it is markup, a link or a mention. */
export function markdownCode(text: string): string {
  const shown = oneLine(text);
  const fence = '`'.repeat(longestRun(shown, 0) + 1);
  const pad = /^`|`$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A block of Markdown in which nothing is markup, fenced by more backticks than it holds. */
export function markdownBlock(text: string): string {
  const fence = '`'.repeat(longestRun(text, 2) + 1);
  return `${fence}text\n${visible(text)}\n${fence}`;
}

const longestRun = (text: string, atLeast: number): number =>
  [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), atLeast);

/** One word of a Unix shell. */
export const shellWord = (text: string): string =>
  /^[\w./:@=+,%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** What stands behind a `#` of a shell script. */
export const shellComment = oneLine;

/** Every string of a JSON value, names of fields included. */
export function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [map(name), mapStrings(item, map)]));
}

/** Somebody else's message, to be put into a sentence of ours that goes on: without its full stop. */
export const withoutFullStop = (message: string): string => message.replace(/\.+$/, '');
