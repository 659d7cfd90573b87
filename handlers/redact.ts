/**
 * The one place where secrets are taken out of text that leaves the process: answers, thrown errors, log lines,
 * notices. Whoever reads a private key registers it here; nobody redacts at the call. Linear in the text's length.
 */
import { mapStrings, visibleValue } from './escape';

/** A run of a key's base64 this long counts as a leak; in hexadecimal, the same number of bits. */
const RUN_LENGTH = 24;
const HEX_RUN_LENGTH = 36;
const MASK = '[REDACTED]';

/** A way to write bytes: which characters of a text belong to it, in one spelling for all variants. */
interface Spelling {
  readonly runLength: number;
  /** Finds a digit (first group: escaped) or something that may stand between two of them. */
  readonly parts: RegExp;
  digit(text: string): string;
}

/** What may break a key up: line breaks, escaped ones as well, spaces, quotation marks of joined strings. */
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
 * Texts of which no run of so many digits may be shown. Each run holds one anchor in full, half as long and at a
 * multiple of its length: so a twelfth of the runs is kept, and a text is searched by one look-up for each digit.
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

  /** Where in these digits secret runs begin, in their order. */
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
   * @param der base64 of a private key.
   * @param publicKey base64 of its public half: what is published in DNS is no secret.
   */
  register(der: string, publicKey: string): void {
    const secret = Buffer.from(der, 'base64');
    // A PEM that was encoded once more, as whole files are: its lines in every place that a header may leave them.
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

/** An answer as it leaves: no secret, and nothing that a terminal would obey. */
export const sanitize = <T>(redactor: Redactor, answer: T): T => visibleValue(redactor.redactValue(answer));

/** base64 of the bytes, and of what is left when it begins one or two bytes later. */
const alignments = (bytes: Buffer): string[] =>
  [0, 1, 2].map((skipped) => bytes.subarray(skipped).toString('base64'));

/** A PEM's body. */
const inLines = (der: string): string => der.replace(/.{64}/g, '$&\n');

/** A digit of an encoding, and where it stands in the text. */
interface Digit {
  readonly char: string;
  readonly from: number;
  readonly to: number;
}

/** Masks whatever digits belong to a secret run, with the rest of the word that they stand in. */
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

/** Splits a text into stretches of digits that nothing but line breaks and the like interrupts. */
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

/** Finds the secret runs in a stretch, each widened to the word that it stands in. */
function secretRanges(digits: readonly Digit[], runs: SecretRuns): { from: number; to: number }[] {
  return [...runs.find(digits.map(({ char }) => char).join(''))].map((begin) => {
    let first = begin;
    let last = begin + runs.spelling.runLength - 1;
    while (digits[first - 1]?.to === digits[first]!.from) first--;
    while (digits[last + 1]?.from === digits[last]!.to) last++;
    return { from: digits[first]!.from, to: digits[last]!.to };
  });
}

/** Merges ranges that overlap or touch. They come in the order of their beginnings. */
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
/** A line of a PEM's body is longer than any word of a sentence of ours; the last one may be cut short. */
const BODY = new RegExp(`(?:(?:${BETWEEN})?[\\w+/=-]{16,})+(?:(?:\\\\+[nr]|[\\r\\n])+[\\w+/=-]+)?`, 'y');
/** Less than this between both lines, with no line break after the first, is a sentence about PEM. */
const SHORTEST_BODY = 64;
const LINE_BREAK = /(?:\\+[nr]|[\r\n])/y;

/** A key as PEM that nobody registered: up to its end; where that was cut off, as far as it looks like a key. */
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
