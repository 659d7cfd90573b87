import type { LastFinding } from '../../handlers/audit/findings/last-findings';
import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import { stageOf } from '../../handlers/keys/state/stages';
import type { SelectorStage } from '../../handlers/words/stages';
import { type CliError, errorAsData } from '../errors/cli-error';
import { EXIT, EXIT_OF_SEVERITY, type ExitCode, worst } from '../exit-codes';
import type { StatusAnswer } from '../target/function';
import type { ErrorData } from '../words/coded';
import type { Readiness, ReadinessState } from '../words/readiness';
import type { ChangeState, StatusCounts, Subject, WaitingState } from '../words/status';
import { changeOf } from './change';
import { readinessStateOf, waitingOf } from './waiting';

/** A domain that was checked. */
export interface CheckedRow extends Subject {
  readonly answer: StatusAnswer;
  /**
   * State in DNS: of the selector in force, `ready` or the code of a finding, or of the listed one. `null` if nothing is known.
   */
  readonly dns: string | ReadinessState | null;
  readonly change: ChangeState;
  /** Findings of the function, the worst first. */
  readonly findings: readonly LastFinding[];
  readonly waiting: readonly WaitingState[];
  /** The life of each selector, the newest first. */
  readonly stages: readonly SelectorStage[];
  readonly exitCode: ExitCode;
}

/** A domain that could not be checked. */
export interface BrokenRow extends Subject {
  readonly problem: ErrorData;
  readonly exitCode: ExitCode;
}

/** One domain at a glance. */
export type StatusRow = CheckedRow | BrokenRow;

export const isBroken = (row: StatusRow): row is BrokenRow => 'problem' in row;
export const isChecked = (row: StatusRow): row is CheckedRow => !isBroken(row);

/**
 * Returns the row of a domain, with the findings of the function and its waiting states.
 * @param readiness whether the listed selector could be deployed, if it is not the one in force
 */
export function statusRow(subject: Subject, answer: StatusAnswer, readiness: Readiness | null): CheckedRow {
  const { findings, selector } = answer;
  const waiting = waitingOf(subject, answer, readiness);
  const ofDns = findings.find(({ code }) => OF_DNS.includes(code))?.code;
  return {
    ...subject,
    answer,
    dns: ofDns ?? (selector === null ? readiness && readinessStateOf(readiness) : 'ready'),
    change: changeOf(answer),
    findings,
    waiting,
    stages: stagesOf(answer, subject, readiness),
    exitCode: worst([
      ...findings.map(({ severity }) => EXIT_OF_SEVERITY[severity]),
      waiting.length > 0 ? EXIT.notReady : EXIT.ok,
    ]),
  };
}

/** Findings about the record in force, and those of a failed check, which may concern the record. */
const OF_DNS = ['RECORD_MISSING', 'RECORD_INVALID', 'RECORD_OF_OTHER_KEY', 'DNS_UNKNOWN', 'NOT_CHECKED'];

/** Returns the row of a domain that could not be checked; the others are printed all the same. */
export const brokenRow = (subject: Subject, error: CliError): BrokenRow => ({
  ...subject,
  problem: errorAsData(error),
  exitCode: error.exitCode,
});

/**
 * Counts the domains in each state. A domain that could not be checked counts as not known, whatever the exit code of the
 * failure.
 */
export function countsOf(rows: readonly StatusRow[]): StatusCounts {
  const checked = rows.filter(isChecked);
  const ended = (code: ExitCode): number => checked.filter(({ exitCode }) => exitCode === code).length;
  return {
    domains: rows.length,
    ok: ended(EXIT.ok),
    waiting: ended(EXIT.notReady),
    wrong: ended(EXIT.wrong),
    unknown: ended(EXIT.cannotTell) + rows.length - checked.length,
  };
}

/** Returns the life of each selector, the newest first, from the ledger and, for the selector of the next deploy, from DNS. */
function stagesOf(
  { signers, rotation, now, ses }: StatusAnswer,
  { listedSelector }: Subject,
  readiness: Readiness | null,
): SelectorStage[] {
  const overlapDays = rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const at = Date.parse(now);
  const signed = [...signers].reverse().map((signer) => stageOf(signer, overlapDays, at));
  if (!readiness || !listedSelector || signers.some(({ selector }) => selector === listedSelector))
    return signed;
  const record = readiness.isPublished ? 'ours' : 'none';
  const isShown = ses?.origin === 'EXTERNAL' && ses.selector === listedSelector;
  const listed = {
    selector: listedSelector,
    stoppedAt: null,
    isRollbackTarget: false,
    isShown,
    record,
  } as const;
  return [stageOf(listed, overlapDays, at), ...signed];
}
