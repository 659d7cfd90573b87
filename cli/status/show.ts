import { DAY_MS } from '../../handlers/clock';
import { ADVICE_LABEL } from '../../handlers/contract/contract';
import { stageAsData } from '../../handlers/keys/state/stages';
import { findingText } from '../../handlers/words/report';
import { formatStage } from '../../handlers/words/stages';
import { CODE_OF_EXIT, EXIT, type ExitCode } from '../exit-codes';
import { grouped } from '../grouping';
import type { StatusAnswer } from '../target/function';
import { formatStep, several } from '../words/format';
import { nextWords, readinessWords } from '../words/readiness';
import {
  changeWords,
  countsWords,
  ORIGINS,
  type Recalled,
  recalledWords,
  SES_STATES,
  SPARE,
  type SpareUse,
  STATUS_TABLE,
  type StatusCounts,
  type WaitingState,
  waitingWords,
} from '../words/status';
import type { Output } from '../world/output';
import { table } from '../world/table';
import { type BrokenRow, type CheckedRow, isBroken, isChecked, type StatusRow } from './row';

type Colours = Output['colours'];

/** Formats the rows as a table, with the findings and a summary. */
export function showStatus(rows: readonly StatusRow[], summary: string, colours: Colours): string {
  if (rows.length === 0) return summary;
  const drawn = table(
    STATUS_TABLE.map((title) => colours.bold(title)),
    rows.map((row) => [row.entry, ...cellsOf(row, colours)]),
  );
  const checked = rows.filter(isChecked);
  const details = [...checked.flatMap(showFindings), ...showProblems(rows.filter(isBroken))];
  return [drawn, ...details, ...showLives(checked), summary].join('\n\n');
}

/** Formats the findings of one domain, as in the audit's notice. */
const showFindings = ({ entry, findings }: CheckedRow): string[] =>
  findings.map((each) => `${entry}: ${each.code}, since ${each.since}\n${findingText(each)}`);

/** Formats the reasons why domains could not be checked, each once. */
export function showProblems(rows: readonly BrokenRow[]): string[] {
  const byReason = grouped(rows.map((row) => [`${row.problem.code} ${row.problem.message}`, row] as const));
  return [...byReason.values()].map((same) => {
    const entries = same.map(({ entry }) => entry);
    const { code, message, advice } = same[0]!.problem;
    const todo = advice?.replaceAll('<domain>', entries.length === 1 ? entries[0]! : '<domain>');
    return [
      `${several(entries)}: ${code}`,
      `  - ${message}`,
      ...(todo ? [`    ${ADVICE_LABEL}${todo}`] : []),
    ].join('\n');
  });
}

/** Formats the life of each selector of a domain that is or was rotated; no text for many domains. */
function showLives(rows: readonly CheckedRow[]): string[] {
  if (rows.length > FEW) return [];
  const lines = rows.flatMap((row) => {
    const life = isLifeShown(row) ? row.stages : [];
    const spares = row.answer.spares.filter((spare) => !life.some(({ selector }) => selector === spare));
    const shown = [
      ...life.map(formatStage),
      ...spares.map((selector) => `${selector} ${SPARE[useOf(row, selector)]}`),
    ];
    return shown.length > 0 ? [`${row.entry}: ${shown.join('; ')}`] : [];
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}
const FEW = 10;

/**
 * Returns the purpose of a prepared key. The list's own key is the next one to be deployed, even for a domain that never was.
 */
function useOf({ listedSelector, answer }: CheckedRow, selector: string): SpareUse {
  if (listedSelector?.toLowerCase() === selector.toLowerCase()) return 'next-deploy';
  return listedSelector === null && answer.selector === null ? 'unknown' : 'later-rotation';
}

/**
 * Checks whether the lives in the ledger are right: SES's selector was not changed and is verified. After a destroy, the end
 * of one is open.
 */
function isLifeShown({ stages, answer }: CheckedRow): boolean {
  if (answer.selector === null) return stages.some(({ since }) => since !== null);
  return stages.length > 1 && !answer.drifted && answer.ses?.status !== 'PENDING';
}

/** Formats the number of domains in each state, and of those that were not asked about. */
export const showSummary = (counts: StatusCounts, recalled: Recalled | undefined): string =>
  [countsWords(counts), ...(recalled === undefined ? [] : [recalledWords(recalled)])].join(' ');

const paintOf = (exitCode: ExitCode, colours: Colours): ((text: string) => string) => {
  const paints: Readonly<Record<ExitCode, (text: string) => string>> = {
    [EXIT.ok]: colours.green,
    [EXIT.failed]: colours.magenta,
    [EXIT.notReady]: colours.yellow,
    [EXIT.wrong]: colours.red,
    [EXIT.cannotTell]: colours.magenta,
    [EXIT.interrupted]: colours.magenta,
  };
  return paints[exitCode];
};

function cellsOf(row: StatusRow, colours: Colours): string[] {
  const paint = paintOf(row.exitCode, colours);
  if (isBroken(row)) return ['?', '?', '?', '?', '?', paint(row.problem.code)];
  const { answer, dns, change, findings, waiting } = row;
  const steps = waiting.map((each) => {
    const { why, ...step } = waitingWords(each);
    return `${formatStep(step)} (${why})`;
  });
  const next = [...new Set(findings.map(({ code }) => code)), ...steps];
  return [
    sesCell(answer),
    signsWith(answer),
    dnsWords(dns) ?? '-',
    ageCell(answer),
    changeWords(change),
    paint(next.length === 0 ? '-' : next.join('; ')),
  ];
}

function ageCell({ now, keyCreatedAt }: StatusAnswer): string {
  if (keyCreatedAt === null) return '-';
  return `${Math.max(0, Math.floor((Date.parse(now) - Date.parse(keyCreatedAt)) / DAY_MS))} d`;
}

/** Formats the selector in SES, and not the one in the list. */
const signsWith = ({ ses, selector }: StatusAnswer): string =>
  ses?.origin !== 'EXTERNAL' || !ses.enabled ? '-' : (ses.selector ?? selector ?? '?');

function sesCell({ ses, asOf }: StatusAnswer): string {
  if (asOf === null) return SES_STATES.unknown;
  if (ses === null) return SES_STATES.absent;
  const state = `${ORIGINS[ses.origin] ?? `${ses.origin} `}${ses.enabled ? ses.status : SES_STATES.off}`;
  return ses.verifiedForSending === false ? `${state}, ${SES_STATES.mayNotSend}` : state;
}

const dnsWords = (dns: CheckedRow['dns']): string | null =>
  dns === null || typeof dns === 'string' ? dns : readinessWords(dns);

/** Returns what a domain waits for, for scripts: the state of the record and the next step are in words. */
function waitingAsData(waiting: WaitingState): object {
  const { code, facts } = waiting;
  const told =
    'standing' in facts
      ? { ...facts, standing: facts.standing && readinessWords(facts.standing), next: nextWords(facts.next) }
      : facts;
  return { code, facts: told, ...waitingWords(waiting) };
}

/** Returns a row for scripts. */
export function rowAsData(row: StatusRow): object {
  if (isBroken(row)) {
    const { problem, ...subject } = row;
    const { code, facts } = problem;
    return { ...subject, code, facts, problem, dns: null, findings: [], waiting: [], stages: [] };
  }
  const { answer, stages, waiting, ...others } = row;
  return {
    ...answer,
    ...others,
    code: CODE_OF_EXIT[row.exitCode],
    facts: {
      findings: row.findings.map(({ code }) => code),
      waiting: waiting.map(({ code }) => code),
      change: row.change.code,
    },
    dns: dnsWords(row.dns),
    waiting: waiting.map(waitingAsData),
    stages: stages.map(stageAsData),
  };
}
