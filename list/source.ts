import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { ListMistake, Position } from './mistake';

export type PathSegment = string | number;

const MOST_PROBLEMS = 3;
const WILDCARD = /\*\.[\w.-]+\s*:/;
const WILDCARD_TEXT =
  'found a name with "*", allowed: the domain itself, such as example.com; its identity covers its sub-domains';

/** YAML text, as values and as places. */
export class ListSource {
  private constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
    /** Plain values; keys are text. */
    readonly value: unknown,
  ) {}

  /** Parses YAML; returns the source, or the mistakes in the YAML itself. */
  static read(text: string): { source: ListSource } | { mistakes: ListMistake[] } {
    const lines = new LineCounter();
    // The library compares each key with each other one.
    const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false };
    const document = parseDocument(text, options);
    // One mistake leads to others.
    const problems = [...document.errors, ...document.warnings].slice(0, MOST_PROBLEMS);
    const [wildcard] = problems.flatMap(({ pos: [offset] }) => {
      const begin = text.lastIndexOf('\n', offset - 1) + 1;
      const at = text
        .slice(begin, offset + 300)
        .split('\n')[0]!
        .search(WILDCARD);
      return at < 0 ? [] : [begin + at];
    });
    const ofYaml = wildcard
      ? [{ offset: wildcard, text: WILDCARD_TEXT }]
      : problems.map(({ message, pos: [offset] }) => ({ offset, text: message }));
    const found = problems.length > 0 ? ofYaml : mistakesOfNodes(document);
    const mistakes = found.map(({ offset, text }) => ({
      ...placeIn(lines, offset),
      text: `YAML: ${text}`,
    }));
    if (mistakes.length > 0) return { mistakes };
    try {
      return { source: new ListSource(document, lines, document.toJS()) };
    } catch (error) {
      return { mistakes: [{ line: 1, column: 1, text: `YAML: ${(error as Error).message}` }] };
    }
  }

  /** Returns the place of a value; without one, that of the key or block that should hold it. */
  placeOf(path: readonly PathSegment[]): Position {
    return placeIn(this.lines, this.walk(path).value);
  }

  /** Returns the place of a key. */
  placeOfKey(path: readonly PathSegment[]): Position {
    return placeIn(this.lines, this.walk(path).key);
  }

  /** Returns a plain value as it is written, such as `012`, which YAML takes for a number. */
  textOf(path: readonly PathSegment[]): string | undefined {
    const node: unknown = this.document.getIn(path, true);
    return isScalar(node) ? node.source : undefined;
  }

  private walk(path: readonly PathSegment[]): { key: number; value: number } {
    let node: unknown = this.document.contents;
    let key = offsetOf(node) ?? 0;
    let value = key;
    for (const segment of path) {
      const container = isAlias(node) ? node.resolve(this.document) : node;
      const child = childOf(container, segment);
      if (child === undefined) return { key, value: key };
      key = offsetOf(child.key) ?? offsetOf(child.value) ?? value;
      node = child.value;
      value = isEmpty(node) ? key : (offsetOf(node) ?? key);
    }
    return { key, value };
  }
}

/** Returns a place in the text, from 1. */
function placeIn(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

interface NodeMistake {
  readonly offset: number;
  readonly text: string;
}

/** Finds keys that are there twice, and aliases of nothing or of a block that they are in themselves. */
function mistakesOfNodes(document: Document): NodeMistake[] {
  const found: NodeMistake[] = [];
  visit(document, {
    Map: (_, map) => {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        const name = String(isScalar(key) ? key.value : key);
        const text = `${name.slice(0, 100)}: found a second time, allowed: once. Take one of the two out.`;
        if (keys.has(name)) found.push({ offset: offsetOf(key) ?? 0, text });
        keys.add(name);
      }
    },
    Alias: (_, alias, path) => {
      const target = alias.resolve(document);
      const text = `found *${alias.source}, allowed: the name of an anchor that ends before it`;
      if (target === undefined || path.includes(target)) found.push({ offset: offsetOf(alias) ?? 0, text });
    },
  });
  return found;
}

/** The pairs of each map by key: a list may hold thousands. */
const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

function indexOf(map: YAMLMap): Map<string, Pair> {
  const known = indexes.get(map);
  if (known) return known;
  const index = new Map(
    map.items.map((pair) => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair]),
  );
  indexes.set(map, index);
  return index;
}

function childOf(container: unknown, segment: PathSegment): { key: unknown; value: unknown } | undefined {
  if (isMap(container)) {
    const pair = indexOf(container).get(String(segment));
    return pair && { key: pair.key, value: pair.value };
  }
  if (!isCollection(container)) return undefined;
  const item = container.items[Number(segment)];
  return item === undefined ? undefined : { key: undefined, value: isPair(item) ? item.value : item };
}

const offsetOf = (node: unknown): number | undefined =>
  isNode(node) ? (node as Node).range?.[0] : undefined;

/** Checks whether a key has no value: `selector:`. */
const isEmpty = (node: unknown): boolean =>
  node === null ||
  (isScalar(node) && node.value === null && (node.range?.[0] ?? 0) === (node.range?.[1] ?? 0));
