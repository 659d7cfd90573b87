export interface Notice {
  /** ASCII, under 100 characters, one line: SNS refuses others. */
  readonly subject: string;
  /** Plain text. */
  readonly message: string;
  /** The contact at the end of the message. It is a setting, so it may be a link. Absent: it names nobody. */
  readonly contact?: string;
}

/** The part of a request for a change that a notice prints. */
export interface NotedWork {
  readonly kind:
    | 'change'
    | 'update'
    | 'heal'
    | 'confirm'
    | 'destroy'
    | 'revert-unconfirmed'
    | 'revert-by-hand'
    | 'remove';
  readonly source: 'terraform' | 'direct' | 'schedule';
  readonly domain: string;
  readonly region: string;
  /** Absent, like the transaction, if the request has none. */
  readonly selector?: string;
  readonly transaction?: string;
  /** Whether the engine deletes the identity after this destroy. */
  readonly deletesIdentity?: boolean | undefined;
}

/** A fact of a notice. A fact without a value is left out. */
type Facts = Readonly<Record<string, string | undefined>>;

/** The parts that differ between notices. */
export interface NoticeParts {
  readonly subject: string;
  /** The event, in sentences. */
  readonly lead: string;
  readonly facts?: Facts;
  readonly happened?: string;
  /** The present signing state. */
  readonly has?: string;
  readonly todo: readonly string[];
  readonly warnings?: readonly string[] | undefined;
}

/** Formats a notice of a change: the event, its facts, and the advice. @param now ISO 8601 */
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

/** Formats `Name: value` lines with aligned values. */
function table(rows: Facts): string {
  const present = Object.entries(rows).filter((row): row is [string, string] => row[1] !== undefined);
  const width = Math.max(...present.map(([name]) => name.length)) + 2;
  return present.map(([name, value]) => `${`${name}:`.padEnd(width)} ${value}`).join('\n');
}

/** End of a notice that is longer than SNS accepts. */
export const CUT_OFF = '\n… The rest was cut off: too long for a notice.\n';

/** Formats a heading and the lines below it; no text without lines. */
const section = (heading: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `\n${heading}\n\n${lines.join('\n')}\n`;

export const bullets = (items: readonly string[]): string[] => items.map((item) => `- ${item}`);

/** Makes a sentence from a clause. */
function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(begun) ? begun : `${begun}.`;
}
