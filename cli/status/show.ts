import { findingText } from '../../handlers/audit/report-text';
import { DAY_MS } from '../../handlers/clock';
import { formatStage } from '../../handlers/words/stages';
import { EXIT } from '../facts/exit-codes';
import type { StatusAnswer } from '../target/function';
import { counted, formatDuration, formatStep } from '../words/format';
import type { Output } from '../world/output';
import { table } from '../world/table';
import type { StatusRow } from './row';

type Colours = Output['colours'];

/** Formats the rows as a table, what was found, and a summary of all. */
export function showStatus(rows: readonly StatusRow[], summary: string, colours: Colours): string {
  if (rows.length === 0) return summary;
  const head = ['domain', 'SES', 'signs with', 'DNS', 'key age', 'change', 'next'];
  const drawn = table(
    head.map((title) => colours.bold(title)),
    rows.map((row) => [row.entry, ...cells(row, colours)]),
  );
  return [drawn, ...rows.flatMap(found), ...lives(rows), summary].join('\n\n');
}

/** Formats what was found of one domain, as the audit notifies of it. */
const found = ({ entry, findings }: StatusRow): string[] =>
  findings.map((each) => `${entry}: ${each.code}, since ${each.since}\n${findingText(each)}`);

/** Formats the life of each selector of a domain that is, or was, rotated; nothing for many domains. */
function lives(rows: readonly StatusRow[]): string[] {
  if (rows.length > FEW) return [];
  const lines = rows.flatMap(({ entry, stages, answer }) => {
    // What SES signs with was changed, or is not verified yet; after a destroy only the end of a life is left.
    const isTold =
      answer?.selector === null
        ? stages.some(({ since }) => since !== null)
        : stages.length > 1 && !answer?.drifted && answer?.ses?.status !== 'PENDING';
    const life = isTold ? stages : [];
    const spares = (answer?.spares ?? []).filter((spare) => !life.some(({ selector }) => selector === spare));
    const told = [
      ...life.map(formatStage),
      ...spares.map((selector) => `${selector} prepared for a rotation to come`),
    ];
    return told.length > 0 ? [`${entry}: ${told.join('; ')}`] : [];
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}
const FEW = 10;

/** e.g. `999 domains: 997 OK, 1 wrong, 1 not known.` */
export function summary(rows: readonly StatusRow[]): string {
  const parts = [
    [EXIT.ok, 'OK'],
    [EXIT.notReady, 'waiting'],
    [EXIT.wrong, 'wrong'],
    [EXIT.cannotTell, 'not known'],
  ]
    .map(([code, word]) => [rows.filter(({ exitCode }) => exitCode === code).length, word] as const)
    .filter(([number, word]) => number > 0 || word === 'OK')
    .map(([number, word]) => `${number} ${word}`);
  return `${counted(rows.length, 'domain')}: ${parts.join(', ')}.`;
}

function cells({ answer, problem, dns, findings, waiting, exitCode }: StatusRow, colours: Colours): string[] {
  const paint = { 0: colours.green, 2: colours.yellow, 3: colours.red, 4: colours.magenta }[exitCode as 0];
  if (answer === null) return ['?', '?', '?', '?', '?', paint(`${problem?.code}: ${problem?.message}`)];
  const { now, keyCreatedAt } = answer;
  const age = keyCreatedAt && Math.max(0, Math.floor((Date.parse(now) - Date.parse(keyCreatedAt)) / DAY_MS));
  const next = [
    ...new Set(findings.map(({ code }) => code)),
    ...waiting.map(({ why, ...step }) => `${formatStep(step)} (${why})`),
  ];
  return [
    sesCell(answer),
    signsWith(answer),
    dns ?? '-',
    age === null ? '-' : `${age} d`,
    changeCell(answer),
    paint(next.length === 0 ? '-' : next.join('; ')),
  ];
}

/** Names the selector that SES has, not the one that the list wants. */
const signsWith = ({ ses, selector }: StatusAnswer): string =>
  ses?.origin !== 'EXTERNAL' || !ses.enabled ? '-' : (ses.selector ?? selector ?? '?');

function sesCell({ ses, asOf }: StatusAnswer): string {
  if (asOf === null) return 'not asked';
  if (ses === null) return 'no identity';
  const kind = ses.origin === 'EXTERNAL' ? '' : ses.origin === 'AWS_SES' ? 'Easy DKIM ' : `${ses.origin} `;
  return `${kind}${ses.enabled ? ses.status : 'off'}`;
}

function changeCell({ revertsAt, waiting, ses, last, now, ...answer }: StatusAnswer): string {
  if (last?.event === 'rollback-failed') return 'rollback failed';
  if (answer.drifted) return 'drifted';
  if (revertsAt !== null) {
    if (waiting && ses?.status === 'SUCCESS') return 'verified, done at the next check';
    const left = Date.parse(revertsAt) - Date.parse(now);
    if (left < 0) return `rollback due since ${formatDuration(-left)}`;
    return waiting ? `waits for SES, ${formatDuration(left)} left` : `reverts in ${formatDuration(left)}`;
  }
  if (last?.event === 'reverted') return 'rolled back';
  if (answer.selector === null) return 'none';
  return answer.confirmed ? 'confirmed' : 'not confirmed';
}
