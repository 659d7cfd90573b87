import { stageInWords } from '../../handlers/rotation/stages';
import { EXIT } from '../exit-codes';
import { stepInWords } from '../next-step';
import type { Output } from '../terminal/output';
import { table } from '../terminal/table';
import type { StatusRow } from './row';

type Colours = Output['colours'];

/** The rows as a table, and how many of all are well. */
export function showStatus(
  rows: readonly StatusRow[],
  summary: string,
  colours: Colours,
  now: number,
): string {
  if (rows.length === 0) return summary;
  const head = ['domain', 'SES', 'signs with', 'DNS', 'key age', 'change', 'next'];
  const drawn = table(
    head.map((title) => colours.bold(title)),
    rows.map((row) => [row.entry, ...cells(row, colours, now)]),
  );
  return [drawn, ...lives(rows), summary].join('\n\n');
}

/** Where few are shown: the life of each selector of a domain that is, or was, rotated. */
function lives(rows: readonly StatusRow[]): string[] {
  if (rows.length > FEW) return [];
  const lines = rows
    .filter(({ stages }) => stages.length > 1)
    .map((row) => `${row.entry}: ${row.stages.map(stageInWords).join('; ')}`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}
const FEW = 10;

/** e.g. `999 domains: 998 well, 1 wrong. 1 could not be asked about.` */
export function summary(rows: readonly StatusRow[]): string {
  const broken = rows.filter(({ problem }) => problem !== undefined).length;
  const told = rows.filter(({ problem }) => problem === undefined);
  const count = (code: number): number => told.filter(({ exitCode }) => exitCode === code).length;
  const parts = [
    [count(EXIT.ok), 'well'],
    [count(EXIT.notReady), 'waiting'],
    [count(EXIT.wrong), 'wrong'],
    [count(EXIT.cannotTell), 'without an answer from DNS'],
  ]
    .filter(([number], index) => index === 0 || number !== 0)
    .map(([number, word]) => `${number} ${word}`);
  const domains = `${told.length} domain${told.length === 1 ? '' : 's'}: ${parts.join(', ')}.`;
  if (broken === 0) return domains;
  return told.length === 0
    ? `${broken} domain${broken === 1 ? '' : 's'}: none could be asked about.`
    : `${domains} ${broken} could not be asked about.`;
}

function cells(row: StatusRow, colours: Colours, now: number): string[] {
  const paint = { 0: colours.green, 2: colours.yellow, 3: colours.red, 4: colours.magenta }[
    row.exitCode as 0
  ];
  if (row.problem) return ['?', '?', '?', '?', '?', paint(`${row.problem.code}: ${row.problem.message}`)];
  return [
    sesCell(row),
    signsWith(row),
    row.dns?.words ?? '-',
    row.keyAgeDays === null ? '-' : `${row.keyAgeDays} d`,
    changeCell(row, now),
    row.next.length === 0 ? paint('-') : paint(row.next.map(stepAndWhy).join('; ')),
  ];
}

const stepAndWhy = ({ why, ...step }: StatusRow['next'][number]): string => `${stepInWords(step)} (${why})`;

/** What SES has, not what the list wishes. */
const signsWith = ({ ses, selector }: StatusRow): string =>
  ses?.origin !== 'EXTERNAL' ? '-' : (ses.selector ?? selector ?? '?');

function sesCell({ ses }: StatusRow): string {
  if (ses === null) return 'no identity';
  const kind = ses.origin === 'EXTERNAL' ? '' : ses.origin === 'AWS_SES' ? 'Easy DKIM ' : `${ses.origin} `;
  return `${kind}${ses.enabled ? ses.status : 'off'}`;
}

function changeCell(row: StatusRow, now: number): string {
  if (row.drifted) return 'drifted';
  if (row.revertsAt !== null) {
    if (row.waiting && row.ses?.status === 'SUCCESS') return 'verified, closes at the next look';
    const left = timeLeft(Date.parse(row.revertsAt) - now);
    return row.waiting ? `waits for SES, ${left} left` : `reverts in ${left}`;
  }
  if (row.selector === null) return 'none';
  return row.confirmed ? 'confirmed' : 'not confirmed';
}

/** SES may have three days; a revert comes within minutes. */
function timeLeft(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 180 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
