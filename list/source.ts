import {
  type Alias,
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

/** A list longer than this is not a list of domains. */
const MAXIMUM_LENGTH = 5_000_000;
/** Limits the use of anchors: each use may stand for a whole block, and blocks nest. */
const MAXIMUM_ALIASES = 100;

export type PathSegment = string | number;

/** YAML text, as values and as places. */
export class ListSource {
  private constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
    /** As plain values; keys are text. */
    readonly value: unknown,
  ) {}

  /** Parses YAML; returns the source, or the mistakes in the YAML itself. */
  static read(text: string): { source: ListSource } | { mistakes: ListMistake[] } {
    if (text.length > MAXIMUM_LENGTH)
      return {
        mistakes: [
          { line: 1, column: 1, text: `found ${text.length} characters, allowed: ${MAXIMUM_LENGTH}` },
        ],
      };
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const problems = [...document.errors, ...document.warnings].map(({ code, message, pos: [offset] }) => ({
      offset,
      text:
        code === 'DUPLICATE_KEY'
          ? `${keyAt(text, offset)}: found a second time, allowed: once. Take one of the two out.`
          : message,
    }));
    const dangling = (problems.length > 0 ? [] : danglingAliases(document)).map(({ range, source }) => ({
      offset: range?.[0] ?? 0,
      text: `found *${source}, allowed: the name of an anchor that ends before it`,
    }));
    const mistakes = [...problems, ...dangling].map(({ offset, text }) => ({
      ...placeIn(lines, offset),
      text: `YAML: ${text}`,
    }));
    if (mistakes.length > 0) return { mistakes };
    try {
      return { source: new ListSource(document, lines, document.toJS({ maxAliasCount: MAXIMUM_ALIASES })) };
    } catch (error) {
      return { mistakes: [{ line: 1, column: 1, text: `YAML: ${(error as Error).message}` }] };
    }
  }

  /** Returns the place of a value; where there is none, that of the key or block that should hold it. */
  placeOf(path: readonly PathSegment[]): Position {
    return placeIn(this.lines, this.walk(path).value);
  }

  /** Returns the place of a key. */
  placeOfKey(path: readonly PathSegment[]): Position {
    return placeIn(this.lines, this.walk(path).key);
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

/** Finds aliases of nothing, and of a block that they are in themselves. */
function danglingAliases(document: Document): Alias[] {
  const found: Alias[] = [];
  visit(document, {
    Alias: (_, alias, path) => {
      const target = alias.resolve(document);
      if (target === undefined || path.includes(target)) found.push(alias);
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

/** Returns the text before the colon, cut to fit a message. */
const keyAt = (text: string, offset: number): string =>
  /^[^:\n]*/.exec(text.slice(offset))![0].trim().slice(0, 100);
