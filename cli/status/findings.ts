import { KEY_WARNING_DAYS, recordName } from '../../handlers/contract/contract';
import { keyDueAt } from '../../handlers/rotation/stages';
import type { StatusAnswer } from '../aws/function';
import type { Standing } from '../dns/prove';
import { EXIT, type ExitCode } from '../exit-codes';
import { formatDuration } from '../terminal/words';
import type { Seen, StatusFinding, Subject } from './subject';

/** What a schedule may be late by: it is precise to a minute, and a failed invocation is repeated. */
const LATE_MS = 120_000;

/** A time that is over, although what was to happen then has not. */
export interface Overdue {
  readonly what: 'rollback' | 'check';
  readonly byMs: number;
}

/** Returns what the schedule of an open change should have done by now, and does not do by itself. */
export function overdueOf({ revertsAt, waiting }: StatusAnswer, now: number): Overdue | null {
  const late = (iso: string | null | undefined): number => (iso ? now - Date.parse(iso) : 0);
  if (late(revertsAt) > LATE_MS) return { what: 'rollback', byMs: late(revertsAt) };
  const byMs = late(waiting?.nextCheckAt);
  return byMs > LATE_MS ? { what: 'check', byMs } : null;
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

/** Returns the findings of one domain, in no order. */
export const findingsOf = (facts: Facts): StatusFinding[] => FINDERS.flatMap((find) => find(facts) ?? []);

const FINDERS: readonly ((facts: Facts) => StatusFinding | undefined)[] = [
  rollbackFailed,
  notVerifiedInTime,
  rolledBack,
  overdueRollback,
  overdueCheck,
  changedOutside,
  behindList,
  cannotVerify,
  notVerifiedYet,
  notConfirmed,
  busy,
  mailFromNotReady,
  recordNotReady,
  keyDue,
];

const you = (exitCode: ExitCode, why: string, what: string, when?: string): StatusFinding => ({
  exitCode,
  who: 'you',
  what,
  why,
  ...(when !== undefined && { when }),
});

const lastEvent = ({ answer }: Facts) => answer.history.at(-1);
const hasFailed = (facts: Facts): boolean => lastEvent(facts)?.event === 'rollback-failed';
const isUnverified = ({ answer }: Facts): boolean => answer.unverified !== null && answer.waiting === null;
const revertNow = ({ subject }: Facts): string => `byodkim revert ${subject.entry} --yes`;

function rollbackFailed(facts: Facts): StatusFinding | undefined {
  if (!hasFailed(facts)) return undefined;
  const why = `a change failed at ${lastEvent(facts)!.at}, and so did its rollback`;
  return you(EXIT.wrong, why, `${revertNow(facts)}; if that fails, byodkim manual ${facts.subject.entry}`);
}

function notVerifiedInTime(facts: Facts): StatusFinding | undefined {
  if (!isUnverified(facts) || hasFailed(facts)) return undefined;
  const { selector, at, minutes, status, times } = facts.answer.unverified!;
  const why =
    `SES had not verified ${selector} within ${minutes} minutes (${status}), so the change was rolled back at ${at}` +
    `${times > 1 ? `, ${times} times in a row` : ''}`;
  const what = `byodkim check ${facts.subject.entry}, raise verification.timeoutMinutes if that is ready, then deploy`;
  return you(EXIT.wrong, why, what);
}

function rolledBack(facts: Facts): StatusFinding | undefined {
  const last = lastEvent(facts);
  if (last?.event !== 'reverted' || isUnverified(facts)) return undefined;
  const why = `the last change was rolled back at ${last.at}: ${last.detail ?? 'as before'}`;
  return you(EXIT.notReady, why, 'fix the cause, then deploy');
}

function overdueRollback(facts: Facts): StatusFinding | undefined {
  const { overdue, answer } = facts;
  if (overdue?.what !== 'rollback' || hasFailed(facts)) return undefined;
  const change = answer.waiting ? 'a change that SES has not verified' : 'an unconfirmed change';
  const why = `the rollback of ${change} is overdue by ${formatDuration(overdue.byMs)}`;
  return you(EXIT.wrong, why, `${revertNow(facts)}, then byodkim drill`);
}

function overdueCheck({ overdue }: Facts): StatusFinding | undefined {
  if (overdue?.what !== 'check') return undefined;
  const why = `the function’s check of SES is overdue by ${formatDuration(overdue.byMs)}`;
  return you(EXIT.wrong, why, 'byodkim drill');
}

function changedOutside(facts: Facts): StatusFinding | undefined {
  if (!facts.answer.drifted || hasFailed(facts)) return undefined;
  return you(EXIT.wrong, 'the signing state was changed outside of this project', 'deploy to restore it');
}

/** Finds a list that is ahead of what is deployed, unless another finding asks for the same deploy. */
function behindList(facts: Facts): StatusFinding | undefined {
  const { listedSelector } = facts.subject;
  const { selector } = facts.answer;
  const { listed } = facts.seen;
  const isBehind = selector === null || (listedSelector !== null && listedSelector !== selector);
  const isDeployAsked = [notVerifiedInTime, rolledBack, changedOutside].some((find) => find(facts));
  if (!isBehind || hasFailed(facts) || (isDeployAsked && (listed?.readiness.exitCode ?? EXIT.ok) === EXIT.ok))
    return undefined;
  const why = selector === null ? 'not deployed' : `the list says ${listedSelector}`;
  const { words, next } = listed?.readiness ?? {};
  return {
    exitCode: EXIT.notReady,
    ...(next ?? { who: 'you', what: 'deploy' }),
    why: words === undefined ? why : `${why}: ${words}`,
  };
}

/** Returns what SES has, if that is what this project has set. */
const sesInForce = ({ answer: { selector, ses, drifted } }: Facts) =>
  selector === null || drifted ? null : ses;

const isGivenUp = ({ answer: { ses, waiting } }: Facts): boolean =>
  !waiting && (ses?.status === 'FAILED' || ses?.status === 'TEMPORARY_FAILURE');

function cannotVerify(facts: Facts): StatusFinding | undefined {
  const ses = sesInForce(facts);
  if (ses === null || !isGivenUp(facts)) return undefined;
  const { healing } = facts.answer;
  const error = ses.verificationError ? ` (${ses.verificationError})` : '';
  const why = `SES cannot verify the record${error}: ${ses.status}${whatSesSaw(ses)}`;
  if (ses.status === 'FAILED' && healing === 'on')
    return { exitCode: EXIT.wrong, who: 'the function', what: 'heals it once its record is proved', why };
  const vain = healing === 'given up' ? '; the audit has given up healing it' : '';
  return you(EXIT.wrong, why + vain, `byodkim check ${facts.subject.entry}, then deploy`);
}

function notVerifiedYet(facts: Facts): StatusFinding | undefined {
  const ses = sesInForce(facts);
  if (ses === null || ses.status === 'SUCCESS' || isGivenUp(facts) || facts.overdue) return undefined;
  const { waiting } = facts.answer;
  return {
    exitCode: EXIT.notReady,
    who: 'SES',
    what: `verifies the record${waiting ? '; otherwise the change is rolled back' : ''}`,
    ...(waiting && { when: `at ${waiting.verifyBy}` }),
    why: `SES has not verified it yet: ${ses.status}${whatSesSaw(ses)}`,
  };
}

/** e.g. `; SES looked at 2026-11-25 10:02 UTC and saw serial 2026112501 (HOST_NOT_FOUND)`; empty if it has not. */
function whatSesSaw({ verification }: NonNullable<StatusAnswer['ses']>): string {
  const { lastCheckedAt: at, soaSerial, errorType } = verification ?? {};
  if (at === undefined) return '';
  const serial = soaSerial === undefined ? '' : ` and saw serial ${soaSerial}`;
  return `; SES looked at ${at.slice(0, 10)} ${at.slice(11, 16)} UTC${serial}${errorType === undefined ? '' : ` (${errorType})`}`;
}

function notConfirmed(facts: Facts): StatusFinding | undefined {
  const { subject, answer, overdue } = facts;
  const { selector, revertsAt, waiting, confirmed, now } = answer;
  if (hasFailed(facts) || waiting || overdue?.what === 'rollback') return undefined;
  const why = 'not confirmed';
  if (revertsAt === null)
    return selector === null || confirmed
      ? undefined
      : you(EXIT.notReady, why, `deploy again, or byodkim confirm ${subject.entry}`);
  return revertsAt <= now
    ? { exitCode: EXIT.notReady, who: 'the function', what: 'rolls back', why }
    : you(EXIT.notReady, why, 'deploy again, or it is rolled back', `at ${revertsAt}`);
}

function busy({ answer: { busyUntil } }: Facts): StatusFinding | undefined {
  if (busyUntil === null) return undefined;
  const why = 'another run is working on it';
  return {
    exitCode: EXIT.notReady,
    who: 'the running change',
    what: 'ends',
    when: `until ${busyUntil}`,
    why,
  };
}

/** Finds a MAIL FROM domain that SES has not verified, or no longer finds. */
function mailFromNotReady({ subject: { entry }, answer: { ses } }: Facts): StatusFinding | undefined {
  const { domain, status = 'SUCCESS' } = ses?.mailFrom ?? {};
  if (status === 'SUCCESS') return undefined;
  const why = `MAIL FROM ${domain}: ${status}`;
  if (status === 'PENDING') return { exitCode: EXIT.notReady, who: 'SES', what: 'finds its MX record', why };
  return you(EXIT.wrong, why, `byodkim check ${entry}, then have its records published`);
}

/** Finds a record in force that is not as it should be. Of a domain that is not deployed DNS is only printed. */
function recordNotReady({ subject, answer, seen, dns }: Facts): StatusFinding | undefined {
  const { selector, fingerprint, ses } = answer;
  if (selector === null || dns === null || dns.exitCode === EXIT.ok) return undefined;
  if (dns.exitCode === EXIT.cannotTell)
    return {
      exitCode: dns.exitCode,
      who: 'the DNS team',
      what: 'check whether the name servers work',
      why: `DNS: ${dns.words}`,
    };
  const some = seen.published?.servers.some((server) => server.fingerprint === fingerprint) ? 'some ' : '';
  const isLive = signsNow(ses, selector);
  const why = `DNS: ${dns.words}${isLive ? `; ${some}receivers cannot verify its mail` : ''}`;
  const exitCode = isLive ? EXIT.wrong : dns.exitCode;
  const name = recordName(subject.domain, selector);
  if (seen.inRoute53) return you(exitCode, why, `deploy, which publishes ${name}`);
  return { exitCode, who: 'the DNS team', what: `publish ${name} as byodkim record prints it`, why };
}

/** Whether mail goes out with this selector: after the first success SES signs on while a record is missing, for days. */
export const signsNow = (ses: StatusAnswer['ses'], selector: string): boolean =>
  ses?.origin === 'EXTERNAL' &&
  ses.enabled &&
  (ses.selector ?? selector) === selector &&
  (ses.status === 'SUCCESS' || ses.status === 'TEMPORARY_FAILURE');

function keyDue({ subject, answer, keyDueInDays: due }: Facts): StatusFinding | undefined {
  if (due === null || due > KEY_WARNING_DAYS) return undefined;
  const what = `byodkim rotate ${subject.entry}`;
  if (due < 0) return you(EXIT.notReady, `the key is ${-due} days overdue`, what);
  const by = new Date(
    keyDueAt(Date.parse(answer.keyCreatedAt!), answer.rotation?.keyLifetimeDays),
  ).toISOString();
  return you(EXIT.ok, `the key is due in ${due} days`, what, `by ${by.slice(0, 10)}`);
}
