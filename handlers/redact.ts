/**
 * Removes secrets from all text that leaves the process: answers, thrown errors, log lines, notices. Code that reads a
 * private key registers it here, and redacts nothing itself. Takes time linear in the text's length.
 */
import { mapStrings, visibleValue } from './escape';

/** So many digits of a key in a row are a leak: in base64, and in hexadecimal the same number of bits. */
const RUN_LENGTH = 24;
const HEX_RUN_LENGTH = 36;
const MASK = '[REDACTED]';

/** An encoding of bytes, with its variants. */
interface Spelling {
  readonly runLength: number;
  /** Matches a digit (first group; it may be escaped) or what may stand between two digits. */
  readonly parts: RegExp;
  /** Returns the digit in the spelling that all variants are compared in. */
  digit(text: string): string;
}

/** What may stand between the parts of a key: line breaks, also escaped, spaces, quotation marks of joined strings. */
const BETWEEN = String.raw`(?:\\+[nrt]|\\+|\s|["',])+`;

/** base64 and base64url, wrapped, JSON-escaped (`\/`, `\u002b`) or percent-encoded. */
const BASE64: Spelling = {
  runLength: RUN_LENGTH,
  parts: new RegExp(String.raw`(\\+u00(?:2[bf]|3d)|%(?:2[bf]|3d)|[A-Za-z0-9+/_=-])|${BETWEEN}`, 'gi'),
  digit(text) {
    if (text === '-' || /2b$/i.test(text)) return '+';
    if (text === '_' || /2f$/i.test(text)) return '/';
    if (/3d$/i.test(text)) return '=';
    return text;
  },
};

/** Hexadecimal, in either case, with or without colons. */
const HEX: Spelling = {
  runLength: HEX_RUN_LENGTH,
  parts: new RegExp(`([0-9a-f])|(?:0x|:|${BETWEEN})`, 'gi'),
  digit: (text) => text.toLowerCase(),
};

/**
 * Finds runs of secret digits in a text. Of each secret every half run at a multiple of its length is kept as an anchor:
 * each run holds one of them in full, so a search takes one look-up for each digit.
 */
class SecretRuns {
  private readonly secret: string[] = [];
  private readonly published: string[] = [];
  private readonly anchors = new Set<string>();
  private readonly anchorLength: number;

  constructor(readonly spelling: Spelling) {
    this.anchorLength = spelling.runLength / 2;
  }

  get isEmpty(): boolean {
    return this.anchors.size === 0;
  }

  add(secret: readonly string[], published: string): void {
    this.secret.push(...secret);
    this.published.push(published);
    const { anchorLength } = this;
    for (const text of secret)
      for (let at = 0; at + anchorLength <= text.length; at += anchorLength)
        this.anchors.add(text.slice(at, at + anchorLength));
  }

  /** Yields where secret runs begin in these digits, in order. */
  *find(digits: string): Generator<number> {
    const { anchorLength } = this;
    const { runLength } = this.spelling;
    let next = 0;
    for (let at = 0; at + anchorLength <= digits.length; at++) {
      if (!this.anchors.has(digits.slice(at, at + anchorLength))) continue;
      const last = Math.min(at, digits.length - runLength);
      for (next = Math.max(next, at - (runLength - anchorLength)); next <= last; next++)
        if (this.isSecret(digits.slice(next, next + runLength))) yield next;
    }
  }

  private isSecret(run: string): boolean {
    const isIn = (text: string) => text.includes(run);
    return !this.published.some(isIn) && this.secret.some(isIn);
  }
}

export class Redactor {
  private readonly base64 = new SecretRuns(BASE64);
  private readonly hex = new SecretRuns(HEX);

  /**
   * Registers a private key.
   * @param der its base64
   * @param publicKey base64 of its public half, which is no secret
   */
  register(der: string, publicKey: string): void {
    const secret = Buffer.from(der, 'base64');
    // A PEM file that was encoded once more: its header may leave the lines at any offset.
    this.base64.add([...alignments(secret), ...alignments(Buffer.from(inLines(der)))], publicKey);
    this.hex.add([secret.toString('hex')], Buffer.from(publicKey, 'base64').toString('hex'));
  }

  redact(text: string): string {
    return mask(mask(maskPem(text), this.base64), this.hex);
  }

  /** Redacts every string inside a JSON value, names of fields included. */
  redactValue<T>(value: T): T {
    const text = JSON.stringify(value);
    // String by string: text that was cut out of JSON as a whole might leave no JSON behind.
    return text === undefined ? value : (mapStrings(JSON.parse(text), (each) => this.redact(each)) as T);
  }
}

/** Redacts and escapes an answer. */
export const sanitize = <T>(redactor: Redactor, answer: T): T => visibleValue(redactor.redactValue(answer));

/** Returns the base64 of the bytes, and of the same without the first one and the first two. */
const alignments = (bytes: Buffer): string[] =>
  [0, 1, 2].map((skipped) => bytes.subarray(skipped).toString('base64'));

/** Returns base64 in lines of 64 characters, as in a PEM file. */
const inLines = (der: string): string => der.replace(/.{64}/g, '$&\n');

/** A digit, and its place in the text. */
interface Digit {
  readonly char: string;
  readonly from: number;
  readonly to: number;
}

/** Masks secret runs, with the rest of the word around them. */
function mask(text: string, runs: SecretRuns): string {
  if (runs.isEmpty || text.length < runs.spelling.runLength) return text;
  let answer = '';
  let left = 0;
  for (const { from, to } of merged(
    stretches(text, runs.spelling).flatMap((digits) => secretRanges(digits, runs)),
  )) {
    answer += text.slice(left, from) + MASK;
    left = to;
  }
  return answer + text.slice(left);
}

/** Splits a text into stretches of digits, with only line breaks and the like between them. */
function stretches(text: string, { parts, digit }: SecretRuns['spelling']): Digit[][] {
  const found: Digit[][] = [[]];
  let at = 0;
  for (const part of text.matchAll(parts)) {
    const to = part.index + part[0].length;
    if (part.index > at) found.push([]);
    if (part[1] !== undefined) found.at(-1)!.push({ char: digit(part[1]), from: part.index, to });
    at = to;
  }
  return found;
}

/** Finds the secret runs in a stretch, each widened to the whole word. */
function secretRanges(digits: readonly Digit[], runs: SecretRuns): { from: number; to: number }[] {
  return [...runs.find(digits.map(({ char }) => char).join(''))].map((begin) => {
    let first = begin;
    let last = begin + runs.spelling.runLength - 1;
    while (digits[first - 1]?.to === digits[first]!.from) first--;
    while (digits[last + 1]?.from === digits[last]!.to) last++;
    return { from: digits[first]!.from, to: digits[last]!.to };
  });
}

/** Merges ranges that overlap or touch; they are sorted by their beginnings. */
function merged(ranges: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const answer: { from: number; to: number }[] = [];
  for (const { from, to } of ranges) {
    const before = answer.at(-1);
    if (before !== undefined && from <= before.to) before.to = Math.max(before.to, to);
    else answer.push({ from, to });
  }
  return answer;
}

const BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;
const END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/g;
/** Lines of a PEM's body are longer than words of sentences; the last one may be cut short. */
const BODY = new RegExp(`(?:(?:${BETWEEN})?[\\w+/=-]{16,})+(?:(?:\\\\+[nr]|[\\r\\n])+[\\w+/=-]+)?`, 'y');
/** Shorter text between both lines, with no line break after the first, is a sentence about PEM. */
const SHORTEST_BODY = 64;
const LINE_BREAK = /(?:\\+[nr]|[\r\n])/y;

/** Masks private keys in PEM, registered or not: up to the last line, or as far as the body goes where that was cut off. */
function maskPem(text: string): string {
  let answer = '';
  let left = 0;
  let end: { index: number; after: number } | null | undefined;
  BEGIN.lastIndex = 0;
  for (let begin = BEGIN.exec(text); begin !== null; begin = BEGIN.exec(text)) {
    const body = BEGIN.lastIndex;
    if (end === undefined || (end !== null && end.index < body)) end = nextEnd(text, body);
    const isWhole =
      end !== null &&
      (end.index - body >= SHORTEST_BODY || isMatchAt(LINE_BREAK, text, body)) &&
      !text.slice(body, end.index).includes('-----BEGIN ');
    answer += text.slice(left, begin.index) + MASK;
    left = isWhole ? end!.after : endOfBody(text, body);
    BEGIN.lastIndex = left;
  }
  return answer + text.slice(left);
}

function nextEnd(text: string, from: number): { index: number; after: number } | null {
  END.lastIndex = from;
  const found = END.exec(text);
  return found && { index: found.index, after: END.lastIndex };
}

function endOfBody(text: string, from: number): number {
  return isMatchAt(BODY, text, from) ? BODY.lastIndex : from;
}

function isMatchAt(sticky: RegExp, text: string, at: number): boolean {
  sticky.lastIndex = at;
  return sticky.test(text);
}
