import { KEY_WARNING_DAYS, recordName } from '../../handlers/contract';
import { keyDueAt } from '../../handlers/key/lifetime';
import type { Standing } from '../dns/published';
import { EXIT, type ExitCode } from '../exit-codes';
import type { NextStep } from '../next-step';
import { formatDuration, type Overdue } from './change-state';
import type { Seen, StatusAnswer, Subject } from './subject';

/** Who has to do what, when and why, and how bad it is. */
export interface Finding extends NextStep {
  readonly exitCode: ExitCode;
  readonly why: string;
}

/** All that is known of one domain. */
export interface Facts {
  readonly subject: Subject;
  readonly answer: StatusAnswer;
  readonly seen: Seen;
  readonly dns: Standing | null;
  readonly keyDueInDays: number | null;
  readonly overdue: Overdue | null;
}

type Predicate = (facts: Facts) => boolean;

const lastEvent = ({ answer }: Facts) => answer.history.at(-1);

const isRollbackFailed: Predicate = (facts) => lastEvent(facts)?.event === 'rollback-failed';
const isUnverified: Predicate = ({ answer }) => Boolean(answer.unverified) && !answer.waiting;
const isReverted: Predicate = (facts) => lastEvent(facts)?.event === 'reverted';
const isDrifted: Predicate = ({ answer }) => answer.drifted && !answer.unverified;
const isBehindList: Predicate = ({ answer: { selector }, subject: { listedSelector } }) =>
  selector === null || (listedSelector !== null && listedSelector !== selector);
const isOverdue =
  (what: Overdue['what']): Predicate =>
  ({ overdue }) =>
    overdue?.what === what;
const isArmed: Predicate = ({ answer }) => answer.revertsAt !== null && !answer.waiting;
const isPast: Predicate = ({ answer }) => answer.revertsAt !== null && answer.revertsAt <= answer.now;
const isUnconfirmed: Predicate = ({ answer: { revertsAt, selector, confirmed } }) =>
  revertsAt === null && selector !== null && !confirmed;
const isInForce: Predicate = ({ answer: { selector, drifted, ses } }) =>
  selector !== null && !drifted && ses !== null;
const isVerified: Predicate = ({ answer }) => answer.ses?.status === 'SUCCESS';
const isGivenUp: Predicate = ({ answer: { ses, waiting } }) =>
  !waiting && (ses?.status === 'FAILED' || ses?.status === 'TEMPORARY_FAILURE');
const isKeyDue: Predicate = ({ keyDueInDays: due }) => due !== null && due <= KEY_WARNING_DAYS;
const isDnsWrong: Predicate = ({ dns, answer }) =>
  dns !== null && answer.selector !== null && dns.exitCode !== EXIT.ok;

const all =
  (...predicates: readonly Predicate[]): Predicate =>
  (facts) =>
    predicates.every((predicate) => predicate(facts));
const not =
  (predicate: Predicate): Predicate =>
  (facts) =>
    !predicate(facts);

/** Whether another finding already ends in a deploy, which is all that the list asks for. */
const isDeployAsked: Predicate = (facts) =>
  (isUnverified(facts) || isReverted(facts) || isDrifted(facts)) &&
  (facts.seen.listed?.readiness.exitCode ?? EXIT.ok) === EXIT.ok;

const you = (exitCode: ExitCode, why: string, what: string, when?: string): Finding => ({
  exitCode,
  who: 'you',
  what,
  why,
  ...(when !== undefined && { when }),
});

const revertNow = ({ subject: { entry } }: Facts): string => `byodkim revert ${entry} --yes`;

/** What is found, and when. Each row is independent of the others; the row's severity decides what is printed first. */
const RULES: readonly (readonly [Predicate, (facts: Facts) => Finding])[] = [
  [
    isRollbackFailed,
    (facts) =>
      you(
        EXIT.wrong,
        `a change failed at ${lastEvent(facts)!.at}, and so did its rollback`,
        `${revertNow(facts)}; if that fails, byodkim manual ${facts.subject.entry}`,
      ),
  ],
  [all(isUnverified, not(isRollbackFailed)), notVerifiedInTime],
  [
    all(isReverted, not(isUnverified)),
    (facts) => {
      const { at, detail = 'as before' } = lastEvent(facts)!;
      const why = `the last change was rolled back at ${at}: ${detail}`;
      return you(EXIT.notReady, why, 'fix the cause, then deploy');
    },
  ],
  [
    all(isOverdue('rollback'), not(isRollbackFailed)),
    (facts) => {
      const change = facts.answer.waiting ? 'a change that SES has not verified' : 'an unconfirmed change';
      const why = `the rollback of ${change} is overdue by ${formatDuration(facts.overdue!.byMs)}`;
      return you(EXIT.wrong, why, `${revertNow(facts)}, then byodkim drill`);
    },
  ],
  [
    isOverdue('check'),
    ({ overdue }) =>
      you(
        EXIT.wrong,
        `the function’s check of SES is overdue by ${formatDuration(overdue!.byMs)}`,
        'byodkim drill',
      ),
  ],
  [
    all(isDrifted, not(isRollbackFailed)),
    () => you(EXIT.wrong, 'the signing state was changed outside of this project', 'deploy to restore it'),
  ],
  [all(isBehindList, not(isDeployAsked), not(isRollbackFailed)), behindList],
  [all(isInForce, isGivenUp), cannotVerify],
  [
    all(isInForce, not(isGivenUp), not(isVerified), ({ overdue }) => overdue === null),
    ({ answer: { ses, waiting } }) => ({
      exitCode: EXIT.notReady,
      who: 'SES',
      what: `verifies the record${waiting ? '; otherwise the change is rolled back' : ''}`,
      ...(waiting && { when: `at ${waiting.verifyBy}` }),
      why: `SES has not verified it yet: ${ses!.status}${whatSesSaw(ses!)}`,
    }),
  ],
  [
    all(isArmed, not(isPast), not(isRollbackFailed)),
    ({ answer }) =>
      you(EXIT.notReady, 'not confirmed', 'deploy again, or it is rolled back', `at ${answer.revertsAt}`),
  ],
  [
    all(isArmed, isPast, not(isOverdue('rollback')), not(isRollbackFailed)),
    () => ({ exitCode: EXIT.notReady, who: 'the function', what: 'rolls back', why: 'not confirmed' }),
  ],
  [
    all(isUnconfirmed, not(isRollbackFailed)),
    ({ subject }) => you(EXIT.notReady, 'not confirmed', `deploy again, or byodkim confirm ${subject.entry}`),
  ],
  [
    ({ answer }) => answer.busyUntil !== null,
    ({ answer }) => ({
      exitCode: EXIT.notReady,
      who: 'the running change',
      what: 'ends',
      when: `until ${answer.busyUntil}`,
      why: 'another run is working on it',
    }),
  ],
  [({ answer }) => (answer.ses?.mailFrom?.status ?? 'SUCCESS') !== 'SUCCESS', mailFromFinding],
  [isDnsWrong, dnsFinding],
  [isKeyDue, keyFinding],
];

/** Returns the findings of one domain, in no order. */
export const findingsOf = (facts: Facts): Finding[] =>
  RULES.filter(([isFound]) => isFound(facts)).map(([, finding]) => finding(facts));

/** e.g. `; SES looked at 2026-11-25 10:02 UTC and saw serial 2026112501 (HOST_NOT_FOUND)`; nothing where it has not. */
function whatSesSaw({ verification }: NonNullable<StatusAnswer['ses']>): string {
  const { lastCheckedAt: at, soaSerial, errorType } = verification ?? {};
  if (at === undefined) return '';
  const serial = soaSerial === undefined ? '' : ` and saw serial ${soaSerial}`;
  return `; SES looked at ${at.slice(0, 10)} ${at.slice(11, 16)} UTC${serial}${errorType === undefined ? '' : ` (${errorType})`}`;
}

function notVerifiedInTime({ subject: { entry }, answer }: Facts): Finding {
  const { selector, at, minutes, status, times } = answer.unverified!;
  const why =
    `SES had not verified ${selector} within ${minutes} minutes (${status}), so the change was rolled back at ${at}` +
    `${times > 1 ? `, ${times} times in a row` : ''}`;
  const what = `byodkim check ${entry}, raise verification.timeoutMinutes if that is ready, then deploy`;
  return you(EXIT.wrong, why, what);
}

function behindList({ subject: { listedSelector }, answer: { selector }, seen: { listed } }: Facts): Finding {
  const why = selector === null ? 'not deployed' : `the list says ${listedSelector}`;
  const { words, next } = listed?.readiness ?? {};
  return {
    exitCode: EXIT.notReady,
    ...(next ?? { who: 'you', what: 'deploy' }),
    why: words === undefined ? why : `${why}: ${words}`,
  };
}

function cannotVerify({ subject: { entry }, answer: { ses, healing } }: Facts): Finding {
  const { status, verificationError } = ses!;
  const error = verificationError ? ` (${verificationError})` : '';
  const why = `SES cannot verify the record${error}: ${status}${whatSesSaw(ses!)}`;
  if (status === 'FAILED' && healing === 'on')
    return { exitCode: EXIT.wrong, who: 'the function', what: 'heals it once its record is proved', why };
  if (healing === 'given up')
    return you(
      EXIT.wrong,
      `${why}; the audit has given up healing it`,
      `byodkim check ${entry}, then deploy`,
    );
  return you(EXIT.wrong, why, `byodkim check ${entry}, then deploy`);
}

/** SES looks for the records for up to 72 hours, and later again and again. */
function mailFromFinding({ subject: { entry }, answer: { ses } }: Facts): Finding {
  const { domain, status } = ses!.mailFrom!;
  const why = `MAIL FROM ${domain}: ${status}`;
  if (status === 'PENDING') return { exitCode: EXIT.notReady, who: 'SES', what: 'finds its MX record', why };
  return you(EXIT.wrong, why, `byodkim check ${entry}, then have its records published`);
}

/** Of a domain that is not deployed DNS is printed, but is no finding of its own. */
function dnsFinding({ subject: { domain }, answer: { selector }, seen: { inRoute53 }, dns }: Facts): Finding {
  const { exitCode, words } = dns!;
  const why = `DNS: ${words}`;
  if (exitCode === EXIT.cannotTell)
    return { exitCode, who: 'the DNS team', what: 'check whether the name servers work', why };
  return inRoute53
    ? you(exitCode, why, `deploy, which publishes ${recordName(domain, selector!)}`)
    : {
        exitCode,
        who: 'the DNS team',
        what: `publish ${recordName(domain, selector!)} as byodkim record prints it`,
        why,
      };
}

function keyFinding({
  subject: { entry },
  answer: { keyCreatedAt, rotation },
  keyDueInDays,
}: Facts): Finding {
  const due = keyDueInDays!;
  const what = `byodkim rotate ${entry}`;
  if (due < 0) return you(EXIT.notReady, `the key is ${-due} days overdue`, what);
  const by = new Date(keyDueAt(Date.parse(keyCreatedAt!), rotation?.keyLifetimeDays)).toISOString();
  return you(EXIT.ok, `the key is due in ${due} days`, what, `by ${by.slice(0, 10)}`);
}
