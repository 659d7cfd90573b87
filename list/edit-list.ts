import { isDeepStrictEqual } from 'node:util';
import { isMap, isNode, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

/** A setting of a domain, and its new value. */
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
  return edits.reduce((so, { path, value }) => {
    const whole = ['domains', name, ...path];
    const edited = editOne(so, whole, value);
    const expected = withSetting(parseDocument(so).toJS(), whole, value);
    if (edited !== undefined && isDeepStrictEqual(parseDocument(edited).toJS(), expected)) return edited;
    throw new CannotEditList(
      `The list is written in a way that cannot be edited without touching more (an alias, an anchor, a block that is ` +
        `shared, a comment between items). Write it manually: ${whole.join('.')}: ${asText(value)}`,
    );
  }, text);
}

/** An entry to add. */
export interface NewEntry {
  readonly key: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The domains of a list that has none yet, and the rest of the line. */
const NO_ENTRY = /^domains: *\{ *\}([^\r\n]*)/m;

/**
 * Adds entries behind the last one of a list. Every other byte stays.
 * @throws CannotEditList if the domains are not in a block of their own, with what to write manually
 */
export function addEntries(text: string, entries: readonly NewEntry[]): string {
  const edited = NO_ENTRY.test(text) ? withFirst(text, entries) : withFurther(text, entries);
  const before = parseDocument(text).toJS() as { domains?: object | null };
  const added = Object.fromEntries(entries.map(({ key, settings }) => [key, settings]));
  const expected = { ...before, domains: { ...before.domains, ...added } };
  if (edited !== undefined && isDeepStrictEqual(parseDocument(edited).toJS(), expected)) return edited;
  throw new CannotEditList(`Write manually, under domains:\n${entries.map(entryLine).join('\n')}`);
}

/** Adds entries to a list that has none. */
function withFirst(text: string, entries: readonly NewEntry[]): string {
  const lines = entries.map((entry) => `${lineEndOf(text)}  ${entryLine(entry)}`).join('');
  return text.replace(NO_ENTRY, (_, comment) => `domains:${comment}${lines}`);
}

/** Adds entries behind the last one; undefined if they are not in a block of their own. */
function withFurther(text: string, entries: readonly NewEntry[]): string | undefined {
  const domains = parseDocument(text).get('domains', true);
  if (!isMap(domains) || domains.flow) return undefined;
  const last = domains.items.at(-1);
  if (!isNode(last?.key)) return undefined;
  const indent = indentOf(text, domains.range![0]);
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

/** Replaces a setting, or inserts it into the innermost block of its path that is there; undefined if neither can be done. */
function editOne(text: string, path: readonly string[], value: Edit['value']): string | undefined {
  const document = parseDocument(text);
  const existing = document.getIn(path, true);
  if (isSeq(existing) && !existing.flow && !existing.anchor) return withItems(text, existing, value);
  if (isScalar(existing) || isSeq(existing)) {
    const [start, end] = existing.range!;
    // A comment between the items would be lost.
    const isPlain = !existing.anchor && !text.slice(start, end).includes('#');
    return isPlain ? replaced(text, [start, end], asText(value)) : undefined;
  }
  let depth = path.length - 1;
  while (depth > 2 && document.getIn(path.slice(0, depth), true) === undefined) depth--;
  const [key, ...inner] = path.slice(depth);
  const setting = `${key}: ${inner.reduceRight((so, each) => `{ ${each}: ${so} }`, asText(value))}`;
  const block = document.getIn(path.slice(0, depth), true);
  if (isMap(block)) return inserted(text, block, setting);
  return isScalar(block) && block.value === null ? underKey(text, block.range![0], setting) : undefined;
}

const replaced = (text: string, [start, end]: readonly number[], by: string): string =>
  text.slice(0, start) + by + text.slice(end);

/** Changes the items of a sequence with a line for each: those that stay keep their lines. Undefined if others are between. */
function withItems(text: string, seq: YAMLSeq, value: Edit['value']): string | undefined {
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
  // An empty one has to stand further in than its key, which the items need not.
  return replaced(text, [start, end], wanted.length > 0 ? `- ${wanted.join(between)}` : '  []');
}

/** Inserts a setting as the first of an existing block. */
function inserted(text: string, { flow, items, range }: YAMLMap, setting: string): string {
  const start = flow ? range![0] + 1 : range![0];
  if (!flow) return replaced(text, [start, start], `${setting}${lineEndOf(text)}${indentOf(text, start)}`);
  return replaced(text, [start, start], ` ${setting}${items.length > 0 ? ',' : ' '}`);
}

/** Inserts the only setting of a domain that had none, below its line, whose comment stays. */
function underKey(text: string, offset: number, setting: string): string {
  const end = endOfLine(text, offset);
  const indent = /^ */.exec(text.slice(text.lastIndexOf('\n', end - 1) + 1))![0];
  return replaced(text, [end, end], `${lineEndOf(text)}${indent}  ${setting}`);
}

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
  const settings = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { ...settings, [key]: withSetting(settings[key], rest, wanted) };
}
