import type { NotedWork, Notice } from '../facts/notices';

/** A fact without a value is left out. */
type Facts = Readonly<Record<string, string | undefined>>;

/** The parts of a notice in which notices differ. */
export interface NoticeParts {
  readonly subject: string;
  /** What has happened, in sentences. */
  readonly lead: string;
  readonly facts?: Facts;
  readonly happened?: string;
  /** The present signing state. */
  readonly has?: string;
  readonly todo: readonly string[];
  readonly warnings?: readonly string[] | undefined;
}

/** Lays out a notice of a change: what has happened, its facts, and what to do. @param now ISO 8601 */
export function layOut(
  { domain, region, transaction }: NotedWork,
  { subject, lead, facts, happened, has, todo, warnings = [] }: NoticeParts,
  now: string,
): Notice {
  const sections = [
    section('WHAT HAPPENED', happened === undefined ? [] : [happened]),
    section('WHAT SES HAS NOW', has === undefined ? [] : [asSentence(has)]),
    section('WHAT TO DO', todo),
    section('WARNINGS', bullets(warnings)),
  ];
  const all = { Domain: `${domain} in ${region}`, ...facts, Transaction: transaction, Ended: now };
  return { subject, message: `${lead}\n\n${table(all)}\n${sections.join('')}` };
}

/** `Name:   value` lines with their values below each other. */
function table(rows: Facts): string {
  const present = Object.entries(rows).filter((row): row is [string, string] => row[1] !== undefined);
  const width = Math.max(...present.map(([name]) => name.length)) + 2;
  return present.map(([name, value]) => `${`${name}:`.padEnd(width)} ${value}`).join('\n');
}

/** Ends a notice that is longer than SNS takes. */
export const CUT_OFF = '\n… The rest was cut off: too long for a notice.\n';

/** Formats a heading and the lines below it; nothing without lines. */
const section = (heading: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${heading}\n\n${lines.join('\n')}\n`;

export const bullets = (items: readonly string[]): string[] => items.map((item) => `- ${item}`);

/** Makes a sentence of a part of one. */
function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(begun) ? begun : `${begun}.`;
}
