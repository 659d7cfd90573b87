import type { LastFinding } from '../../handlers/audit/news';
import { MINIMUM_OVERLAP_DAYS } from '../../handlers/contract/contract';
import { type SelectorStage, stageOf } from '../../handlers/selector/stages';
import type { CliError } from '../errors/cli-error';
import { EXIT, EXIT_OF_SEVERITY, type ExitCode, worst } from '../facts/exit-codes';
import type { NextStep } from '../facts/next-step';
import type { Readiness } from '../review/readiness';
import type { StatusAnswer } from '../target/function';

/** The domain that a row is about. */
export interface Subject {
  /** Its key in the list: `example.com`, `example.com@us-east-1`. */
  readonly entry: string;
  readonly domain: string;
  readonly region: string | null;
  /** The selector of the list; `null`: not listed. */
  readonly listedSelector: string | null;
}

/** What waits, and for whom: not a finding of the function, since it ends by itself or by the deploy that is to come. */
interface Waiting extends NextStep {
  readonly why: string;
}

/** One domain at a glance. */
export interface StatusRow extends Subject {
  /** What the function knows; `null`: it could not be asked. */
  readonly answer: StatusAnswer | null;
  /** What DNS has of the selector in force, or else of the listed one; `null`: nothing is known. */
  readonly dns: string | null;
  /** What the function has found, the worst first. */
  readonly findings: readonly LastFinding[];
  readonly waiting: readonly Waiting[];
  /** The life of each selector, the newest first. */
  readonly stages: readonly SelectorStage[];
  /** Set if the domain could not be checked. */
  readonly problem?: { readonly code: string; readonly message: string };
  readonly exitCode: ExitCode;
}

/**
 * Returns the row of a domain: the findings of the function, and what waits.
 * @param readiness whether the listed selector could be deployed, if it is not the one in force
 */
export function rowOf(subject: Subject, answer: StatusAnswer, readiness: Readiness | null): StatusRow {
  const { findings, selector } = answer;
  const waiting = [...behindList(subject, answer, readiness), ...underWay(subject, answer)];
  const ofDns = findings.find(({ code }) => OF_DNS.test(code))?.code;
  return {
    ...subject,
    answer,
    dns: ofDns ?? (selector === null ? (readiness?.words ?? null) : 'ready'),
    findings,
    waiting,
    stages: stagesOf(answer, subject, readiness),
    exitCode: worst([
      ...findings.map(({ severity }) => EXIT_OF_SEVERITY[severity]),
      waiting.length > 0 ? EXIT.notReady : EXIT.ok,
    ]),
  };
}

/** The findings of the record in force, or that something, the record perhaps, could not be checked. */
const OF_DNS = /^(RECORD_(MISSING|INVALID|OF_OTHER_KEY)|DNS_UNKNOWN|NOT_CHECKED)$/;

/** Returns the row of a domain that could not be checked; the others are printed all the same. */
export const brokenRow = (
  subject: Subject,
  { code, message }: Pick<CliError, 'code' | 'message'>,
): StatusRow => ({
  ...subject,
  answer: null,
  dns: null,
  findings: [],
  waiting: [],
  stages: [],
  problem: { code, message },
  exitCode: EXIT.cannotTell,
});

/** Returns what the list is ahead with. */
function behindList(
  { listedSelector }: Subject,
  { selector, last }: StatusAnswer,
  readiness: Readiness | null,
): Waiting[] {
  if (selector !== null && (listedSelector ?? selector) === selector) return [];
  const behind = selector === null ? 'not deployed' : `the list says ${listedSelector}`;
  const rolledBack = last?.event === 'reverted' ? `; the last change was rolled back at ${last.at}` : '';
  const { words, next = { who: 'you', what: 'deploy' } } = readiness ?? {};
  return [{ ...next, why: `${behind}${words === undefined ? '' : `: ${words}`}${rolledBack}` }];
}

/** Returns what an open change waits for, unless the function has found something wrong with it. */
function underWay({ entry }: Subject, answer: StatusAnswer): Waiting[] {
  const { busyUntil, revertsAt, waiting, selector, confirmed, findings, ses, now } = answer;
  const isFound = (...codes: string[]) => findings.some(({ code }) => codes.includes(code));
  const step = (who: string, what: string, why: string, when?: string | null): Waiting[] => [
    { who, what, why, ...(when && { when }) },
  ];
  const reverts = revertsAt && `at ${revertsAt}`;
  if (busyUntil !== null) return step('the running change', 'ends', 'a run is at work', `until ${busyUntil}`);
  if (isFound('REVERT_OVERDUE', 'UNCONFIRMED', 'ROLLBACK_FAILED')) return [];
  const isPending = selector !== null && ses?.status === 'PENDING' && confirmed;
  if (waiting || (isPending && !isFound('NOT_VERIFIED', 'DRIFT'))) {
    const otherwise = waiting ? '; otherwise the change is rolled back' : '';
    return step('SES', `verifies the record${otherwise}`, `SES says ${ses?.status}`, reverts);
  }
  if (revertsAt !== null)
    return revertsAt <= now
      ? step('the function', 'rolls back', 'not confirmed')
      : step('you', 'deploy again, or it is rolled back', 'not confirmed', reverts);
  if (selector !== null && !confirmed)
    return step('you', `deploy again, or byodkim confirm ${entry}`, 'not confirmed');
  const { mailFrom } = ses ?? {};
  return mailFrom?.status === 'PENDING'
    ? step('SES', 'finds its MX record', `MAIL FROM ${mailFrom.domain}: PENDING`)
    : [];
}

/** Returns the life of each selector, the newest first: by the ledger, and by DNS for the one that the next deploy sets. */
function stagesOf(
  { signers, rotation, now }: StatusAnswer,
  { listedSelector }: Subject,
  readiness: Readiness | null,
): SelectorStage[] {
  const overlapDays = rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const at = Date.parse(now);
  const signed = [...signers].reverse().map((signer) => stageOf(signer, overlapDays, at));
  if (!readiness || !listedSelector || signers.some(({ selector }) => selector === listedSelector))
    return signed;
  const record = readiness.isPublished ? 'ours' : 'none';
  const listed = { selector: listedSelector, stoppedAt: null, isRollbackTarget: false, record } as const;
  return [stageOf(listed, overlapDays, at), ...signed];
}
