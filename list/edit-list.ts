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

/** A setting of a domain, and its new value; an empty list removes it. */
export interface Edit {
  /** Path below the domain, e.g. `['selector']`. */
  readonly path: readonly string[];
  readonly value: string | readonly string[];
}

/** Thrown for a list that cannot be edited without changing more than the setting. */
export class CannotEditList extends Error {
  override readonly name = 'CannotEditList';
}

/**
 * Changes settings of one domain in the text of a list. Every other byte stays: comments, order, line ends. The result
 * is read again, and must differ in these settings alone.
 * @param name the domain as it is written in the list
 * @throws CannotEditList with what to write manually
 */
export function editList(text: string, name: string, edits: readonly Edit[]): string {
  const edited = edits.reduce((so, edit) => editOne(so, name, edit), text);
  const expected = edits.reduce(
    (value, { path, value: wanted }) => withSetting(value, ['domains', name, ...path], wanted),
    parseDocument(text).toJS() as unknown,
  );
  if (!isDeepStrictEqual(parseDocument(edited).toJS(), expected)) throw cannot(name, edits[0]!);
  return edited;
}

/** An entry to add. */
export interface NewEntry {
  readonly key: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Whether a list has settings and no entry yet. */
export function hasNoEntry(text: string): boolean {
  const list = parseDocument(text).toJS() as { domains?: unknown } | null;
  if (list === null || typeof list !== 'object') return false;
  return list.domains == null || isDeepStrictEqual(list.domains, {});
}

/**
 * Adds entries behind the last one of a list. Every other byte stays.
 * @throws CannotEditList if the domains are not in a block of their own, with what to write manually
 */
export function addEntries(text: string, entries: readonly NewEntry[]): string {
  const edited = hasNoEntry(text) ? withFirst(text, entries) : withFurther(text, entries);
  const before = parseDocument(text).toJS() as { domains?: object | null };
  const added = Object.fromEntries(entries.map(({ key, settings }) => [key, settings]));
  const expected = { ...before, domains: { ...before.domains, ...added } };
  if (edited !== undefined && isDeepStrictEqual(parseDocument(edited).toJS(), expected)) return edited;
  throw new CannotEditList(`Write manually, under domains:\n${entries.map(entryLine).join('\n')}`);
}

/** Adds entries below `domains:`, which has none. */
function withFirst(text: string, entries: readonly NewEntry[]): string | undefined {
  const end = lineEndOf(text);
  const lines = entries.map((entry) => `${end}  ${entryLine(entry)}`).join('');
  const { contents } = parseDocument(text);
  const pair = isMap(contents) ? pairOf(contents, 'domains') : undefined;
  if (!pair) return `${text}${text === '' || text.endsWith('\n') ? '' : end}domains:${lines}${end}`;
  const { key, value } = pair;
  if (isMap(value) && value.anchor !== undefined) return undefined;
  const empty = isMap(value) ? text.slice(0, value.range![0]).trimEnd() + text.slice(value.range![1]) : text;
  const at = endOfLine(empty, isNode(key) ? key.range![1] : 0);
  return empty.slice(0, at) + lines + empty.slice(at);
}

/** Adds entries behind the last one; undefined if they are not in a block of their own. */
function withFurther(text: string, entries: readonly NewEntry[]): string | undefined {
  const domains = parseDocument(text).get('domains', true);
  if (!isMap(domains) || domains.flow) return undefined;
  const [first, last] = [domains.items[0], domains.items.at(-1)];
  if (!isNode(first?.key) || !isNode(last?.key)) return undefined;
  const indent = indentOf(text, first.key.range![0]);
  const end = Math.max(last.key.range![1], isNode(last.value) ? last.value.range![1] : 0);
  const at = endOfLine(text, text[end - 1] === '\n' ? end - 1 : end);
  const lines = entries.map((entry) => `${lineEndOf(text)}${indent}${entryLine(entry)}`);
  return text.slice(0, at) + lines.join('') + text.slice(at);
}

/** Formats an entry, e.g. `example.com: { selector: s1 }`. */
export const entryLine = ({ key, settings }: NewEntry): string => {
  const pairs = Object.entries(settings).map(([name, value]) => `${name}: ${scalar(value)}`);
  return `${key}: { ${pairs.join(', ')} }`;
};

function editOne(text: string, name: string, edit: Edit): string {
  const document = parseDocument(text, { keepSourceTokens: true });
  const domains = document.get('domains', true);
  const pair = isMap(domains) ? pairOf(domains, name) : undefined;
  if (!pair) throw cannot(name, edit);
  let holder: Pair = pair;
  let depth = 0;
  for (; depth < edit.path.length - 1; depth++) {
    const next = isMap(holder.value) ? pairOf(holder.value, edit.path[depth]!) : undefined;
    if (!next) break;
    holder = next;
  }
  const [key = '', ...inner] = edit.path.slice(depth);
  const written = inner.reduceRight((so, each) => `{ ${each}: ${so} }`, asText(edit.value));
  const { value } = holder;
  if (isMap(value)) {
    const existing = pairOf(value, key);
    if (!existing) return isNone(edit.value) ? text : inserted(text, value, `${key}: ${written}`);
    if (isNone(edit.value) && inner.length === 0 && value.items.length > 1)
      return without(text, value, existing);
    return replaced(text, existing, written, name, edit);
  }
  const isEmpty =
    value === null || (isScalar(value) && value.value === null && value.range![0] === value.range![1]);
  if (!isEmpty) throw cannot(name, edit);
  return underKey(text, holder, `${key}: ${written}`);
}

const isNone = (value: Edit['value']): boolean => typeof value !== 'string' && value.length === 0;

/** Takes a setting out of a block that holds others, with its lines; on one line, with its comma. */
function without(text: string, map: YAMLMap, pair: Pair): string {
  const index = map.items.indexOf(pair);
  const [start, end] = rangeOf(pair);
  if (map.flow) {
    const next = map.items[index + 1];
    return next
      ? text.slice(0, start) + text.slice(rangeOf(next)[0])
      : text.slice(0, rangeOf(map.items[index - 1]!)[1]) + text.slice(end);
  }
  return withoutLines(text, start, end);
}

/** Returns the offsets of a setting's beginning and of its value's end. */
function rangeOf({ key, value }: Pair): [start: number, end: number] {
  const [start, ofKey] = isNode(key) ? key.range! : [0, 0];
  const last = isSeq(value) && !value.flow ? value.items.at(-1) : value;
  return [start, isNode(last) ? last.range![1] : ofKey];
}

function withoutLines(text: string, start: number, end: number): string {
  const before = text.lastIndexOf('\n', start - 1) + 1;
  const after = text.indexOf('\n', end);
  return text.slice(0, before) + (after < 0 ? '' : text.slice(after + 1));
}

/** Changes the items of a sequence with a line for each: those that stay keep their lines, further ones come first. */
function withItems(text: string, seq: YAMLSeq, wanted: readonly string[]): string {
  const first = seq.range![0];
  const stay = seq.items.filter((item) => isScalar(item) && wanted.includes(String(item.value)));
  const gone = seq.items.filter((item) => !stay.includes(item)).reverse();
  const kept = gone.reduce<string>(
    (so, item) => (isNode(item) ? withoutLines(so, item.range![0], item.range![1]) : so),
    text,
  );
  const values = stay.map((item) => String((item as Scalar).value));
  const line = text.lastIndexOf('\n', first - 1) + 1;
  const added = wanted.filter((each) => !values.includes(each));
  const lines = added.map((each) => `${text.slice(line, first)}- ${scalar(each)}${lineEndOf(text)}`);
  const ended = line > kept.length ? lineEndOf(text) : '';
  return kept.slice(0, line) + ended + lines.join('') + kept.slice(line);
}

/** Replaces the value of a setting. */
function replaced(text: string, { value }: Pair, written: string, name: string, edit: Edit): string {
  if (isSeq(value) && !value.flow && !value.anchor && typeof edit.value !== 'string' && edit.value.length > 0)
    return withItems(text, value, edit.value);
  const isPlain = isScalar(value) || (isSeq(value) && value.flow === true);
  if (!isPlain || !value.range || value.anchor !== undefined) throw cannot(name, edit);
  return text.slice(0, value.range[0]) + written + text.slice(value.range[1]);
}

/** Inserts a setting as the first of an existing block. */
function inserted(text: string, map: YAMLMap, setting: string): string {
  const first = map.items[0];
  const start = first && isNode(first.key) ? first.key.range![0] : undefined;
  if (map.flow) {
    const open = map.range![0] + 1;
    const rest = text.slice(open);
    return start === undefined
      ? `${text.slice(0, open)} ${setting} ${rest.trimStart()}`
      : `${text.slice(0, start)}${setting}, ${text.slice(start)}`;
  }
  return `${text.slice(0, start)}${setting}${lineEndOf(text)}${indentOf(text, start!)}${text.slice(start)}`;
}

/** Inserts the only setting of a domain that had none, below its line, whose comment stays. */
function underKey(text: string, { key }: Pair, setting: string): string {
  const start = isNode(key) ? key.range![0] : 0;
  const end = endOfLine(text, start);
  return `${text.slice(0, end)}${lineEndOf(text)}${indentOf(text, start)}  ${setting}${text.slice(end)}`;
}

const pairOf = (map: YAMLMap, name: string): Pair | undefined =>
  map.items.find(({ key }) => isScalar(key) && String(key.value) === name) as Pair | undefined;

/** Returns the text of a line before an offset. */
const indentOf = (text: string, offset: number): string =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);

/** Returns the end of an offset's line, before its line break. */
function endOfLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found < 0 ? text.length : text[found - 1] === '\r' ? found - 1 : found;
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
  const { [key]: inner, ...others } = (value ?? {}) as Record<string, unknown>;
  if (rest.length === 0 && isNone(wanted) && (inner === undefined || Object.keys(others).length > 0))
    return others;
  return { ...others, [key]: withSetting(inner, rest, wanted) };
}

const cannot = (name: string, { path, value }: Edit): CannotEditList =>
  new CannotEditList(
    `The list is written in a way that cannot be edited without touching more (an alias, an anchor, a block that is ` +
      `shared). Write it manually: domains.${name}.${path.join('.')}: ${asText(value)}`,
  );
