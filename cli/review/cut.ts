import type { LeftOut } from '../words/review';

/** A part of a review whose lines may be left out. */
export interface Part {
  readonly kind: keyof LeftOut;
  /** Text before the lines, which is left out with the last of them. */
  readonly head: string;
  readonly separator: string;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly text: string;
  /** Parts with a lower rank come first if not all lines fit. @default 0 */
  readonly rank?: number;
}

interface Cut {
  /** The parts with the lines that fit. */
  readonly texts: readonly string[];
  /** Number of lines of each part that do not fit. */
  readonly leftOut: LeftOut;
}

/** Leaves out lines of parts to stay within a number of bytes, and keeps the first lines of parts with a lower rank. */
export function cutTo(bytes: number, parts: readonly Part[]): Cut {
  const texts: string[] = [];
  const leftOut: Partial<Record<keyof LeftOut, number>> = {};
  let left = bytes;
  for (const part of parts) {
    const kept = linesWithin(left, part);
    const text = [part.head, ...kept].join(part.separator);
    if (kept.length > 0) {
      texts.push(text);
      left -= Buffer.byteLength(text) + BETWEEN;
    }
    if (kept.length < part.lines.length) leftOut[part.kind] = part.lines.length - kept.length;
  }
  return { texts, leftOut };
}

/** Bytes between two parts. */
const BETWEEN = 2;

/** Returns the lines that fit, in their own order. */
function linesWithin(bytes: number, { head, separator, lines }: Part): string[] {
  const kept = new Set<Line>();
  let used = Buffer.byteLength(head) + BETWEEN;
  for (const line of [...lines].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))) {
    const size = Buffer.byteLength(line.text) + separator.length;
    if (used + size > bytes) continue;
    used += size;
    kept.add(line);
  }
  return lines.filter((line) => kept.has(line)).map(({ text }) => text);
}
