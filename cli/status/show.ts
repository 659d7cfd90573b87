import { formatStage } from '../../handlers/rotation/stages';
import { EXIT } from '../exit-codes';
import { formatStep } from '../next-step';
import type { Output } from '../terminal/output';
import { table } from '../terminal/table';
import { byText, counted, formatDuration, named } from '../terminal/words';
import type { StatusRow } from './row';

type Colours = Output['colours'];

/** Formats the rows as a table, and a summary of all. */
export function showStatus(rows: readonly StatusRow[], summary: string, colours: Colours): string {
  if (rows.length === 0) return summary;
  const head = ['domain', 'SES', 'signs with', 'DNS', 'key age', 'change', 'next'];
  const drawn = table(
    head.map((title) => colours.bold(title)),
    rows.map((row) => [row.entry, ...cells(row, colours)]),
  );
  return [drawn, ...lives(rows), ...unsignedMail(rows), summary].join('\n\n');
}

/** Formats the life of each selector of a domain that is, or was, rotated; nothing for many domains. */
function lives(rows: readonly StatusRow[]): string[] {
  if (rows.length > FEW) return [];
  const lines = rows.flatMap(({ entry, stages, drifted, selector }) => [
    // What SES signs with was changed meanwhile, or after a destroy only the end of a life is left.
    ...((stages.length > 1 && !drifted) || (selector === null && stages.some(({ since }) => since !== null))
      ? [`${entry}: ${stages.map(formatStage).join('; ')}`]
      : []),
  ]);
  return lines.length === 0 ? [] : [lines.join('\n')];
}
const FEW = 10;

/** Formats a line for all domains alike. */
function unsignedMail(rows: readonly StatusRow[]): string[] {
  const lines = [...byText(rows, ({ unsignedMail: words }) => (words === null ? [] : [words]))].map(
    ([words, of]) => `Unsigned mail of ${named(of.map(({ entry }) => entry))}: ${words}`,
  );
  return lines.length === 0 ? [] : [lines.join('\n')];
}

/** e.g. `999 domains: 998 OK, 1 wrong. 1 could not be checked.` */
export function summary(rows: readonly StatusRow[]): string {
  const broken = rows.filter(({ problem }) => problem !== undefined).length;
  const answered = rows.filter(({ problem }) => problem === undefined);
  const count = (code: number): number => answered.filter(({ exitCode }) => exitCode === code).length;
  const parts = [
    [count(EXIT.ok), 'OK'],
    [count(EXIT.notReady), 'waiting'],
    [count(EXIT.wrong), 'wrong'],
    [count(EXIT.cannotTell), 'without an answer from DNS'],
  ]
    .filter(([number], index) => index === 0 || number !== 0)
    .map(([number, word]) => `${number} ${word}`);
  const domains = `${counted(answered.length, 'domain')}: ${parts.join(', ')}.`;
  if (broken === 0) return domains;
  return answered.length === 0
    ? `${counted(broken, 'domain')}: none could be checked.`
    : `${domains} ${broken} could not be checked.`;
}

function cells(row: StatusRow, colours: Colours): string[] {
  const paint = { 0: colours.green, 2: colours.yellow, 3: colours.red, 4: colours.magenta }[
    row.exitCode as 0
  ];
  if (row.problem) return ['?', '?', '?', '?', '?', paint(`${row.problem.code}: ${row.problem.message}`)];
  return [
    sesCell(row),
    signsWith(row),
    row.dns?.words ?? '-',
    row.keyAgeDays === null ? '-' : `${row.keyAgeDays} d`,
    changeCell(row),
    row.next.length === 0 ? paint('-') : paint(row.next.map(stepAndWhy).join('; ')),
  ];
}

const stepAndWhy = ({ why, ...step }: StatusRow['next'][number]): string => `${formatStep(step)} (${why})`;

/** Names the selector that SES has, not the one that the list wants. */
const signsWith = ({ ses, selector }: StatusRow): string =>
  ses?.origin !== 'EXTERNAL' || !ses.enabled ? '-' : (ses.selector ?? selector ?? '?');

function sesCell({ ses, asOf }: StatusRow): string {
  if (asOf === null) return 'not asked';
  if (ses === null) return 'no identity';
  const kind = ses.origin === 'EXTERNAL' ? '' : ses.origin === 'AWS_SES' ? 'Easy DKIM ' : `${ses.origin} `;
  return `${kind}${ses.enabled ? ses.status : 'off'}`;
}

function changeCell({
  drifted,
  overdue,
  revertsAt,
  rolledBack,
  waiting,
  ses,
  selector,
  confirmed,
  healing,
  asOf,
}: StatusRow): string {
  if (overdue) return `${waiting ? overdue.what : 'revert'} overdue by ${formatDuration(overdue.byMs)}`;
  if (drifted) return 'drifted';
  if (revertsAt !== null) {
    if (waiting && ses?.status === 'SUCCESS') return 'verified, done at the next check';
    const left = formatDuration(Date.parse(revertsAt) - Date.parse(asOf!));
    return waiting ? `waits for SES, ${left} left` : `reverts in ${left}`;
  }
  if (rolledBack) return 'rolled back';
  if (selector === null) return 'none';
  if (!confirmed) return 'not confirmed';
  return healing === null
    ? 'confirmed'
    : healing === 'on'
      ? 'confirmed, heals'
      : 'confirmed, healing given up';
}
