import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { CannotEditList } from './mistake';

/** A setting of a domain, and its new value. */
export interface Edit {
  /** Path below the domain, e.g. `['selector']`. */
  readonly path: readonly string[];
  readonly value: string | readonly string[];
}

/**
 * Changes settings of one domain in the text of a list. Keeps every other byte: comments, order and line ends. Reads the
 * result again, which may differ only in these settings.
 * @param name the domain as it is written in the list
 * @throws CannotEditList with the text to write manually
 */
export function editList(text: string, name: string, edits: readonly Edit[]): string {
  return edits.reduce((so, { path, value }) => {
    const whole = ['domains', name, ...path];
    const change = settingOf(so, whole, value);
    const edited = change && applied(so, change);
    const expected = withSetting(parseDocument(so).toJS(), whole, value);
    if (edited !== undefined && isDeepStrictEqual(parseDocument(edited).toJS(), expected)) return edited;
    throw new CannotEditList('SETTING_NOT_EDITABLE', { setting: `${whole.join('.')}: ${asText(value)}` });
  }, text);
}

/** An entry to add. */
export interface NewEntry {
  readonly key: string;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Adds entries after the last one of a list. Every other byte stays.
 * @throws CannotEditList, with the text to write manually, if the domains are not in a block of their own
 */
export function addEntries(text: string, entries: readonly NewEntry[]): string {
  const change = additionOf(text, entries);
  const edited = change && applied(text, change);
  const before = parseDocument(text).toJS() as { domains?: object | null };
  const added = Object.fromEntries(entries.map(({ key, settings }) => [key, settings]));
  const expected = { ...before, domains: { ...before.domains, ...added } };
  if (edited !== undefined && isDeepStrictEqual(parseDocument(edited).toJS(), expected)) return edited;
  throw new CannotEditList('ENTRIES_NOT_ADDABLE', { lines: entries.map(entryLine) });
}

/** Text that replaces a range of a list. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const applied = (text: string, change: Change): string =>
  text.slice(0, change.start) + change.text + text.slice(change.end);

const insertion = (at: number, text: string): Change => ({ start: at, end: at, text });

/** Returns the change that adds entries; undefined if the domains are not in a block of their own. */
function additionOf(text: string, entries: readonly NewEntry[]): Change | undefined {
  const { contents } = parseDocument(text);
  const pair = isMap(contents)
    ? contents.items.find(({ key }) => isScalar(key) && key.value === 'domains')
    : undefined;
  if (pair === undefined || !isMap(pair.value)) return undefined;
  return pair.value.flow
    ? firstEntries(text, pair as Pair<Scalar, YAMLMap>, entries)
    : furtherEntries(text, pair.value, entries);
}

/** Adds entries below `domains: {}` and keeps its comment; undefined if there is other text in the braces or before them. */
function firstEntries(
  text: string,
  { key, value }: Pair<Scalar, YAMLMap>,
  entries: readonly NewEntry[],
): Change | undefined {
  const start = text.indexOf(':', key.range![1]) + 1;
  const [braces, end] = value!.range!;
  const isAlone = text.slice(start, braces).trim() === '' && /^\{\s*\}$/.test(text.slice(braces, end));
  if (!isAlone) return undefined;
  const lineEnd = endOfLine(text, end);
  const lines = entries.map((entry) => `${lineEndOf(text)}  ${entryLine(entry)}`);
  return { start, end: lineEnd, text: text.slice(end, lineEnd) + lines.join('') };
}

/** Adds entries after the last one of a block. */
function furtherEntries(text: string, domains: YAMLMap, entries: readonly NewEntry[]): Change | undefined {
  const last = domains.items.at(-1);
  if (!isNode(last?.key)) return undefined;
  const indent = indentOf(text, domains.range![0]);
  const end = Math.max(last.key.range![1], isNode(last.value) ? last.value.range![1] : 0);
  const lines = entries.map((entry) => `${lineEndOf(text)}${indent}${entryLine(entry)}`);
  return insertion(endOfLine(text, text[end - 1] === '\n' ? end - 1 : end), lines.join(''));
}

/** Formats an entry, e.g. `example.com: { selector: s1 }`. */
export const entryLine = ({ key, settings }: NewEntry): string => {
  const pairs = Object.entries(settings).map(([name, value]) => `${name}: ${scalar(value)}`);
  return `${key}: { ${pairs.join(', ')} }`;
};

/**
 * Returns the change that sets a value in its place, or adds it to the innermost block of its path; undefined if neither is
 * possible.
 */
function settingOf(text: string, path: readonly string[], value: Edit['value']): Change | undefined {
  const document = parseDocument(text);
  const existing = document.getIn(path, true);
  if (isSeq(existing) && !existing.flow && !existing.anchor) return itemsOf(text, existing, value);
  if (isScalar(existing) || isSeq(existing)) return replacementOf(text, existing, value);
  let depth = path.length - 1;
  while (depth > 2 && document.getIn(path.slice(0, depth), true) === undefined) depth--;
  const [key, ...inner] = path.slice(depth);
  const setting = `${key}: ${inner.reduceRight((so, each) => `{ ${each}: ${so} }`, asText(value))}`;
  const block = document.getIn(path.slice(0, depth), true);
  if (isMap(block)) return firstOfBlock(text, block, setting);
  return isScalar(block) && block.value === null ? underKey(text, block.range![0], setting) : undefined;
}

/** Replaces a value; undefined if others refer to it or if a comment between its items would be lost. */
function replacementOf(text: string, existing: Scalar | YAMLSeq, value: Edit['value']): Change | undefined {
  const [start, end] = existing.range!;
  const isPlain = !existing.anchor && !text.slice(start, end).includes('#');
  return isPlain ? { start, end, text: asText(value) } : undefined;
}

/**
 * Changes the items of a sequence that has a line for each item; items that stay keep their lines. Returns undefined if
 * other lines are between them.
 */
function itemsOf(text: string, seq: YAMLSeq, value: Edit['value']): Change | undefined {
  const items = seq.items.filter(isScalar);
  const lines = new Map(
    items.map((item) => [
      String(item.value),
      text.slice(item.range![0], endOfLine(text, item.range![1] - 1)),
    ]),
  );
  const [start] = seq.range!;
  const between = `${lineEndOf(text)}${indentOf(text, start)}- `;
  const wanted = [value].flat().map((each) => lines.get(each) ?? scalar(each));
  const end = endOfLine(text, items.at(-1)!.range![1] - 1);
  if (text.slice(start, end).split('\n').length > items.length) return undefined;
  // An empty sequence must be indented further than its key, but items need not be.
  return { start, end, text: wanted.length > 0 ? `- ${wanted.join(between)}` : '  []' };
}

/** Inserts a setting at the beginning of an existing block. */
function firstOfBlock(text: string, { flow, items, range }: YAMLMap, setting: string): Change {
  const [start] = range!;
  if (!flow) return insertion(start, `${setting}${lineEndOf(text)}${indentOf(text, start)}`);
  return insertion(start + 1, ` ${setting}${items.length > 0 ? ',' : ' '}`);
}

/** Inserts the first setting of a domain below its line, and keeps the line's comment. */
function underKey(text: string, offset: number, setting: string): Change {
  const end = endOfLine(text, offset);
  const indent = /^ */.exec(text.slice(text.lastIndexOf('\n', end - 1) + 1))![0];
  return insertion(end, `${lineEndOf(text)}${indent}  ${setting}`);
}

/** Returns the text of a line before an offset. */
const indentOf = (text: string, offset: number): string =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);

/** Returns the end of an offset's line, before its line break. */
function endOfLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found < 0) return text.length;
  return text[found - 1] === '\r' ? found - 1 : found;
}

const lineEndOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Quotes a selector that YAML would read as a number or a keyword. */
const scalar = (value: string): string =>
  /^[A-Za-z]/.test(value) && !RESERVED.test(value) ? value : `'${value}'`;
const RESERVED = /^(true|false|null|yes|no|on|off|y|n)$/i;

const asText = (value: Edit['value']): string =>
  typeof value === 'string' ? scalar(value) : `[${value.map(scalar).join(', ')}]`;

function withSetting(value: unknown, [key, ...rest]: readonly string[], wanted: Edit['value']): unknown {
  if (key === undefined) return wanted;
  const settings = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { ...settings, [key]: withSetting(settings[key], rest, wanted) };
}
