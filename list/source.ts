import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { DomainListError, type ListMistake, type Mistake, mistakeAt, type Position } from './mistake';

export type PathSegment = string | number;

const MOST_PROBLEMS = 3;
const WILDCARD = /(?<=^ *)\*\.[\w.-]+\s*:/m;
/** Matches a value with a placeholder and without quotation marks: `bounce-{region}`. */
const PLACEHOLDER = /[:,[]\s*([\w.-]*(?:\{[a-z]+\}[\w.-]*)+)/;

/** Positions at which a key and its value begin. */
interface Offsets {
  readonly key: number;
  readonly value: number;
}

/** The place of a node. */
interface Within {
  /** Its steps from the root. */
  readonly path: string;
  /** Position of its key, or of the nearest key around it. */
  readonly key: number;
  /** The nodes that contain it. */
  readonly within: readonly unknown[];
}

/** YAML text, as values and as places. */
export class ListSource {
  /** Plain values; keys are text. */
  readonly value: unknown;
  private readonly document: Document;
  private readonly lines = new LineCounter();
  /** Places by path, since a list may have thousands. The target of an alias has the place of the alias. */
  private readonly offsets = new Map<string, Offsets>();
  private readonly mistakes: ListMistake[] = [];

  /** @throws DomainListError with the mistakes in the YAML itself */
  constructor(text: string, file: string) {
    // The library would compare each key with every other one.
    const options = { lineCounter: this.lines, prettyErrors: false, stringKeys: true, uniqueKeys: false };
    this.document = parseDocument(text, options);
    const problems = [...this.document.errors, ...this.document.warnings];
    if (problems.length === 0) this.find(this.document.contents, { path: '', key: 0, within: [] });
    else this.addProblems(text, problems);
    if (this.mistakes.length === 0)
      try {
        this.value = this.document.toJS();
      } catch (error) {
        this.add(0, { code: 'YAML_SYNTAX', facts: { message: (error as Error).message } });
      }
    if (this.mistakes.length > 0) throw new DomainListError(file, this.mistakes);
  }

  /** Returns the place of a value or, if it is missing, of the key or block that should contain it. */
  placeOf(path: readonly PathSegment[]): Position {
    return this.placeAt(this.offsetsOf(path).value);
  }

  /** Returns the place of a key. */
  placeOfKey(path: readonly PathSegment[]): Position {
    return this.placeAt(this.offsetsOf(path).key);
  }

  /** Returns a plain value as it is written, such as `012`, which YAML reads as a number. */
  textOf(path: readonly PathSegment[]): string | undefined {
    const node: unknown = this.document.getIn(path, true);
    return isScalar(node) ? node.source : undefined;
  }

  private offsetsOf(path: readonly PathSegment[]): Offsets {
    const found = this.offsets.get(path.map(step).join(''));
    if (found) return found;
    const { key } = this.offsetsOf(path.slice(0, -1));
    return { key, value: key };
  }

  /** Finds the places below a node, and the mistakes there: duplicate keys, and aliases of nothing or of themselves. */
  private find(node: unknown, { path, key, within }: Within): void {
    const isEmpty = !isNode(node) || (isScalar(node) && node.range![0] === node.range![1]);
    this.offsets.set(path, { key, value: isEmpty ? key : node.range![0] });
    const inside = { path, key, within: [...within, node] };
    if (isAlias(node)) this.findAlias(node, within);
    else if (isSeq(node)) this.findItems(node, inside);
    else if (isMap(node)) this.findPairs(node, inside);
  }

  private findAlias(alias: Alias, within: readonly unknown[]): void {
    const target = alias.resolve(this.document);
    if (target === undefined || within.includes(target))
      this.add(alias.range![0], { code: 'YAML_ALIAS', facts: { alias: alias.source } });
  }

  private findItems({ items }: YAMLSeq, { path, key, within }: Within): void {
    for (const [index, item] of items.entries())
      this.find(item, { path: path + step(index), key: isNode(item) ? item.range![0] : key, within });
  }

  private findPairs({ items }: YAMLMap, { path, key, within }: Within): void {
    for (const pair of items) {
      const name = String(pair.key);
      const at = isNode(pair.key) ? pair.key.range![0] : key;
      if (this.offsets.has(path + step(name)))
        this.add(at, { code: 'YAML_KEY_TWICE', facts: { key: name.slice(0, 100) } });
      this.find(pair.value, { path: path + step(name), key: at, within });
    }
  }

  /**
   * Adds the mistakes that the library found, in our own words for known ones. Only the first is added, since one mistake
   * leads to others.
   */
  private addProblems(text: string, problems: readonly YAMLError[]): void {
    const wildcard = text.search(WILDCARD);
    const [first] = problems;
    const placeholder = this.placeholderAt(text, first!.pos[0]);
    if (wildcard >= 0) this.add(wildcard, { code: 'YAML_WILDCARD', facts: {} });
    else if (first!.code === 'MULTIPLE_DOCS') this.add(first!.pos[0], { code: 'YAML_DOCUMENTS', facts: {} });
    else if (placeholder)
      this.add(placeholder.offset, { code: 'YAML_PLACEHOLDER', facts: { text: placeholder.text } });
    else
      for (const { message, pos } of problems.slice(0, MOST_PROBLEMS))
        this.add(pos[0], { code: 'YAML_SYNTAX', facts: { message } });
  }

  /** Returns the value with a placeholder in the line of a problem, since YAML reads the placeholder as a block. */
  private placeholderAt(
    text: string,
    offset: number,
  ): { readonly text: string; readonly offset: number } | undefined {
    const start = offset - this.placeAt(offset).column + 1;
    const [line = ''] = text.slice(start).split('\n', 1);
    const found = PLACEHOLDER.exec(line);
    if (found === null) return undefined;
    const value = found[1]!;
    return { text: value, offset: start + found.index + found[0].length - value.length };
  }

  private add(offset: number, mistake: Mistake): void {
    this.mistakes.push(mistakeAt(this.placeAt(offset), mistake));
  }

  /** Returns a place in the text, counted from 1. */
  private placeAt(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

const step = (segment: PathSegment): string => `\0${segment}`;
