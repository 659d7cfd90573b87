/**
 * Escapes untrusted text (from DNS, S3, AWS) for each output: log line, mail, terminal, Markdown, JSON, shell. Text is
 * escaped once, as it leaves. `redact.ts` removes secrets.
 */

/** Inserts a domain, if it is known, into the commands in a piece of advice. */
export const forDomain = (
  todo: string,
  { domain, region }: { readonly domain?: string | undefined; readonly region?: string | undefined },
): string =>
  domain === undefined || region === undefined
    ? todo
    : todo.replaceAll('<domain>', `${domain} --region ${region}`);

/** Control, format (bidirectional, invisible), private and unassigned characters; line and paragraph separators. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Writes an invisible character as its code: `\x1b`, `\u{202e}`. */
function writtenOut(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}

/** Escapes a value within a line or within a comment of a shell script, so that it cannot end the line or move the cursor. */
export const oneLine = (text: string): string => text.replace(UNSEEN, writtenOut);

/** Escapes text of several lines, for answers and logs. Only line feeds stay. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (character) => (character === '\n' ? character : writtenOut(character)));

/** Escapes every string of a JSON value as `visible` does, names of fields included. */
export const visibleValue = <T>(value: T): T => mapStrings(value, visible) as T;

/** Matches what GitHub, Azure and TeamCity run as a command anywhere in a line of a CI job's log. */
const CI_COMMAND = /##(?=\[|vso\[|teamcity\[)/gi;

/**
 * Breaks commands in text that may go to a CI job's log: GitHub runs lines that begin with `::` (a second `::` ends the
 * command's name), GitHub, Azure and TeamCity run `##[`, `##vso[` and `##teamcity[` anywhere.
 */
export const withoutCommands = (text: string): string =>
  text.replace(/^([^\S\n]*):(?=:[^\n]*::)/gm, '$1:\u2060').replace(CI_COMMAND, '#\u2060#');

/** Formats a value as JSON without commands for a CI job's log; it reads as the same value. */
export const jsonWithoutCommands = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(CI_COMMAND, '#\\u0023');

/** Escapes text for a terminal, which may be a CI job's log. */
export const forTerminal = (text: string): string => withoutCommands(visible(text));

/** Escapes text for a message. Mail programs make links of URLs, and untrusted text must not contain links. */
export const forMail = (text: string): string =>
  visible(text)
    .replace(/\b(https?|ftp):\/\//gi, '$1[:]//')
    .replace(/\bwww\./gi, 'www[.]');

/**
 * Escapes text for a line of Markdown: no markup, HTML, link, mention or issue reference, and no end of a table cell. GitHub
 * finds mentions and links after it has resolved escapes, so a zero-width character breaks them.
 */
export const forMarkdown = (text: string): string =>
  oneLine(text.replace(/\s+/g, ' '))
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*{}[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')
    .replace(/([@#])(?=[\w-])/g, '$1\u200b')
    .replace(/(:)(?=\/\/)|(\bwww)(?=\.)|(\bGH)(?=-\d)/gi, '$&\u200b');

/** Formats text as code inside a line of Markdown, so that nothing in it is markup, a link or a mention. */
export function markdownCode(text: string): string {
  const line = oneLine(text);
  const fence = '`'.repeat(longestRun(line, 0) + 1);
  const pad = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/**
 * Formats text as code in a cell of a table. A row is split at each `|` before code is recognised, unless a backslash stands
 * before it that no other one escapes, so a backslash of the text is kept apart.
 */
export const markdownCellCode = (text: string): string =>
  markdownCode(text).replace(/(\\?)\|/g, (_, before) => `${before && `${before}\u2060`}\\|`);

/** Formats text as a block of code in Markdown, fenced by more backticks than it contains. */
export function markdownBlock(text: string): string {
  const fence = '`'.repeat(longestRun(text, 2) + 1);
  return `${fence}text\n${visible(text)}\n${fence}`;
}

const longestRun = (text: string, atLeast: number): number =>
  [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), atLeast);

/** Quotes text as one word of a Unix shell. */
export const shellWord = (text: string): string =>
  /^[\w./:@=+,%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Maps every string of a JSON value, names of fields included. */
export function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [map(name), mapStrings(item, map)]));
}

/** Removes the full stop of a message that becomes part of a longer sentence. */
export const withoutFullStop = (message: string): string => message.replace(/\.+$/, '');
