import type { StatusAnswer } from '../target/function';
import type { Readiness, ReadinessState } from '../words/readiness';
import type { Subject, WaitingState } from '../words/status';

/** Findings about a problem of an open change, for which nothing waits. */
const OF_CHANGE = ['REVERT_OVERDUE', 'UNCONFIRMED', 'ROLLBACK_FAILED'];
/** Findings with the reason why SES does not verify a confirmed change. */
const OF_VERIFICATION = ['NOT_VERIFIED', 'DRIFT'];

/** Findings about the record of the selector in force, to which no rollback could return. */
const OF_RECORD = ['RECORD_MISSING', 'RECORD_INVALID', 'RECORD_OF_OTHER_KEY'];

/** Returns the events that the domain waits for: the deploy of the list, and the end of an open change. */
export function waitingOf(
  subject: Subject,
  answer: StatusAnswer,
  readiness: Readiness | null,
): WaitingState[] {
  return [behindList(subject, answer, readiness), underWay(subject, answer)].flatMap((each) => each ?? []);
}

/** Returns the changes in the list that are not deployed. */
function behindList(
  { listedSelector }: Subject,
  answer: StatusAnswer,
  readiness: Readiness | null,
): WaitingState | undefined {
  const { selector, last } = answer;
  const facts = {
    standing: readiness && readinessStateOf(readiness),
    next: readiness?.next ?? { code: 'DEPLOY', facts: {} },
    rolledBackAt: last?.event === 'reverted' ? last.at : null,
  } as const;
  if (selector === null) return { code: 'NOT_DEPLOYED', facts };
  if (listedSelector === null || listedSelector === selector) return undefined;
  const blockedBy = blocks(answer);
  return { code: 'LIST_AHEAD', facts: { ...facts, listed: listedSelector, ...(blockedBy && { blockedBy }) } };
}

/** Returns only the state of a readiness. */
export const readinessStateOf = ({ code, facts }: Readiness): ReadinessState =>
  ({ code, facts }) as ReadinessState;

/** Returns the finding because of which a change is refused, since SES could not return to the state in force. */
const blocks = ({ findings, ses }: StatusAnswer): string | undefined =>
  ses === null || !ses.enabled || ses.status === 'FAILED'
    ? undefined
    : findings.find(({ code }) => OF_RECORD.includes(code))?.code;

/** Returns the event that an open change waits for, unless the function has found a problem with it. */
function underWay({ entry }: Subject, answer: StatusAnswer): WaitingState | undefined {
  const { busyUntil, settlesAt, revertsAt, selector, confirmed, ses, now } = answer;
  if (busyUntil !== null) return { code: 'BUSY', facts: { until: busyUntil } };
  if (isFound(answer, OF_CHANGE)) return undefined;
  if (settlesAt) return { code: 'SETTLING', facts: { until: settlesAt } };
  const verification = underVerification(answer);
  if (verification) return verification;
  if (revertsAt !== null)
    return revertsAt <= now ? { code: 'ROLLBACK_DUE', facts: {} } : { code: 'ARMED', facts: { revertsAt } };
  if (selector !== null && !confirmed) return { code: 'UNCONFIRMED', facts: { entry } };
  if (ses?.mailFrom?.status !== 'PENDING') return undefined;
  return { code: 'MAIL_FROM_PENDING', facts: { mailFromDomain: ses.mailFrom.domain } };
}

function underVerification(answer: StatusAnswer): WaitingState | undefined {
  const { waiting, selector, confirmed, ses, revertsAt } = answer;
  const isPending = selector !== null && confirmed && ses?.status === 'PENDING';
  if (!waiting && (!isPending || isFound(answer, OF_VERIFICATION))) return undefined;
  if (waiting && ses?.status === 'SUCCESS') return { code: 'SES_HAS_VERIFIED', facts: {} };
  return { code: 'SES_VERIFIES', facts: { status: ses?.status, isConditional: waiting, revertsAt } };
}

const isFound = ({ findings }: StatusAnswer, codes: readonly string[]): boolean =>
  findings.some(({ code }) => codes.includes(code));
