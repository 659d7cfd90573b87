/**
 * Removes secrets from all text that leaves the process: answers, thrown errors, log lines, notices. Code that reads a private
 * key registers it here and redacts nothing itself. It takes time linear in the text's length.
 *
 * Masks PEM blocks, a private key in base64 or hexadecimal without the lines of PEM, the base64 of a PEM, and words of base64 or
 * base64url that contain part of a registered key. No code writes a key in another form (percent-encoding, shorter lines): a
 * key goes from S3 to SES as base64. People do, as arguments of the command, which registers long ones.
 */
import { mapStrings, visibleValue } from '../escape';

/** Number of consecutive digits of a key that count as a leak. */
const RUN_LENGTH = 24;
/** Matches the first digits of a word that may hold a run. */
const WORD_BEGIN = /[\w+/=-]{24}/g;
/** A secret is cut into anchors of half a run, so that each run of it contains a whole anchor. */
const ANCHOR_LENGTH = RUN_LENGTH / 2;
const WORDS = /[\w+/=]{24,}/g;
const MASK = '[REDACTED]';

export class Redactor {
  private readonly secret: string[] = [];
  private readonly published: string[] = [];
  private readonly anchors = new Set<string>();

  /**
   * Registers a private key.
   * @param der its base64
   * @param publicKey base64 of its public half, which is not secret
   */
  register(der: string, publicKey: string): void {
    this.published.push(publicKey);
    for (const text of alignments(Buffer.from(der, 'base64'))) {
      this.registerDigits(text);
    }
  }

  /** Registers each long word of a text that may be a key in any form or part of one, also for output in lower case. */
  registerText(text: string): void {
    const words = standardDigits(text).match(WORDS) ?? [];
    for (const word of words) for (const each of [word, word.toLowerCase()]) this.registerDigits(each);
  }

  private registerDigits(text: string): void {
    this.secret.push(text);
    for (let at = 0; at + ANCHOR_LENGTH <= text.length; at += ANCHOR_LENGTH)
      this.anchors.add(text.slice(at, at + ANCHOR_LENGTH));
  }

  redact(text: string): string {
    const masked = maskBare(maskPem(text)).replace(HEX_PAIRS, MASK);
    return mapWords(masked, (word) => (this.holdsSecret(word) ? MASK : word));
  }

  /** Redacts every string inside a JSON value, names of fields included. */
  redactValue<T>(value: T): T {
    const text = JSON.stringify(value);
    // Works string by string, since masking the JSON as a whole could break it.
    return text === undefined ? value : (mapStrings(JSON.parse(text), (each) => this.redact(each)) as T);
  }

  private holdsSecret(word: string): boolean {
    const digits = standardDigits(word);
    let next = 0;
    for (let at = 0; at + ANCHOR_LENGTH <= digits.length; at++) {
      if (!this.anchors.has(digits.slice(at, at + ANCHOR_LENGTH))) continue;
      const last = Math.min(at, digits.length - RUN_LENGTH);
      for (next = Math.max(next, at - ANCHOR_LENGTH); next <= last; next++)
        if (this.isSecret(digits.slice(next, next + RUN_LENGTH))) return true;
    }
    return false;
  }

  private isSecret(run: string): boolean {
    const isIn = (text: string) => text.includes(run);
    return !this.published.some(isIn) && this.secret.some(isIn);
  }
}

/** Writes base64url as base64. */
const standardDigits = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/');

/** Redacts and escapes an answer. */
export const sanitize = <T>(redactor: Redactor, answer: T): T => visibleValue(redactor.redactValue(answer));

/** Returns the base64 of the bytes, of the bytes without the first, and of the bytes without the first two. */
const alignments = (bytes: Buffer): string[] =>
  [0, 1, 2].map((skipped) => bytes.subarray(skipped).toString('base64'));

/**
 * Pieces in which a long text is read. Each is bounded and repeated by `endOf`: an unbounded repetition in a pattern fills the
 * stack of the regular expression engine at some megabytes, and then throws a RangeError.
 */
const PIECE = 4096;
const pieceOf = (pattern: string): RegExp => new RegExp(`(?:${pattern}){1,${PIECE}}`, 'y');
const WORD = pieceOf(String.raw`[\w+/=-]`);
/** Text that may separate the lines of a PEM: line breaks, also escaped, spaces, and quotation marks of joined strings. */
const BETWEEN = pieceOf(String.raw`[\\\s"',]|(?<=\\)[nrt]`);
const LINE_BREAKS = pieceOf(String.raw`\\{1,64}[nr]|[\r\n]`);
const DIGITS = pieceOf(String.raw`(?!-----BEGIN )[\w+/=-]`);
const BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;
const END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/g;
/** Lines of a PEM's body are longer than words in sentences; the last one may be shorter, before another block. */
const SHORTEST_LINE = 16;
/** Shorter text between both lines, with no line break after the first, is a sentence about PEM. */
const SHORTEST_BODY = 64;

/** Masks private keys in PEM, registered or not, up to the last line, or to the end of the body if that was cut off. */
function maskPem(text: string): string {
  if (!text.includes('-----BEGIN ')) return text;
  const ends = [...text.matchAll(END)].reverse();
  let answer = '';
  let left = 0;
  for (const { 0: line, index } of text.matchAll(BEGIN)) {
    const body = index + line.length;
    if (body <= left) continue;
    while (ends.length > 0 && ends.at(-1)!.index < body) ends.pop();
    const end = ends.at(-1);
    const isWhole =
      end !== undefined &&
      (end.index - body >= SHORTEST_BODY || endOf(LINE_BREAKS, text, body) > body) &&
      !text.slice(body, end.index).includes('-----BEGIN ');
    answer += text.slice(left, index) + MASK;
    left = isWhole ? end.index + end[0].length : endOfBody(text, body);
  }
  return answer + text.slice(left);
}

/**
 * Matches where a private key begins (PKCS#1, PKCS#8), in base64 and in hexadecimal: a sequence of two octets of length, and
 * version 0. Also matches where a PEM begins in both, `-----BEGIN`.
 */
const BARE_BEGIN =
  /MII[\w+/-]{2}[AQgw]IBA[\w+/-]{24}|LS0tLS1CRUdJTi[\w+/-]{24}|(?:3082[\da-f]{4}020100|2d2d2d2d2d424547494e)[\da-f]{24}/gi;
/** Matches more bytes in pairs of hexadecimal digits than a hash has, as `openssl rsa -text` prints them. */
const HEX_PAIRS = /(?:[\da-f]{2}:[\\nr\s]{0,64}){65,4096}(?:[\da-f]{2})?/gi;

/** Masks private keys without the lines of PEM around them, registered or not. */
function maskBare(text: string): string {
  let answer = '';
  let left = 0;
  for (const { index } of text.matchAll(BARE_BEGIN)) {
    if (index < left) continue;
    answer += text.slice(left, index) + MASK;
    left = endOfBody(text, index);
  }
  return answer + text.slice(left);
}

/** Returns the end of a PEM's body that was cut off, or its beginning if there is no body. */
function endOfBody(text: string, begin: number): number {
  let end = begin;
  for (;;) {
    const line = endOf(BETWEEN, text, end);
    const lineEnd = endOf(DIGITS, text, line);
    if (lineEnd - line < SHORTEST_LINE) break;
    end = lineEnd;
  }
  if (end === begin) return begin;
  const last = endOf(LINE_BREAKS, text, end);
  const lastEnd = endOf(DIGITS, text, last);
  return last > end && lastEnd > last ? lastEnd : end;
}

/** Maps each word that is long enough to contain a run of a key. */
function mapWords(text: string, map: (word: string) => string): string {
  let answer = '';
  let left = 0;
  for (;;) {
    WORD_BEGIN.lastIndex = left;
    const begin = WORD_BEGIN.exec(text)?.index;
    if (begin === undefined) return answer + text.slice(left);
    const end = endOf(WORD, text, begin);
    answer += text.slice(left, begin) + map(text.slice(begin, end));
    left = end;
  }
}

/** Returns the end of a row of pieces that begins here, or this position if there is none. */
function endOf(piece: RegExp, text: string, begin: number): number {
  let end = begin;
  do {
    piece.lastIndex = end;
    if (!piece.test(text)) return end;
    end = piece.lastIndex;
  } while (end < text.length);
  return end;
}
