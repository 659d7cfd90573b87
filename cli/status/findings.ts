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

const you = (exitCode: ExitCode, why: string, what: string, when?: string): Finding => ({
  exitCode,
  who: 'you',
  what,
  why,
  ...(when !== undefined && { when }),
});

/** Returns the findings of one domain, in no order: each stands behind the condition on which it is found. */
export function findingsOf(facts: Facts): Finding[] {
  const { answer, overdue, dns, keyDueInDays } = facts;
  const { entry, listedSelector } = facts.subject;
  const { selector, ses, waiting, revertsAt, drifted } = answer;
  const last = answer.history.at(-1);
  const hasFailed = last?.event === 'rollback-failed';
  const isReverted = last?.event === 'reverted';
  const isUnverified = Boolean(answer.unverified) && !waiting;
  const isDrifted = drifted && !answer.unverified;
  // All that the list asks for is a deploy, in which another finding may end already.
  const isDeployAsked =
    (isUnverified || isReverted || isDrifted) &&
    (facts.seen.listed?.readiness.exitCode ?? EXIT.ok) === EXIT.ok;
  const isBehindList = selector === null || (listedSelector !== null && listedSelector !== selector);
  const isInForce = selector !== null && !drifted && ses !== null;
  const isGivenUp = !waiting && (ses?.status === 'FAILED' || ses?.status === 'TEMPORARY_FAILURE');
  const isArmed = revertsAt !== null && !waiting;
  const isPast = revertsAt !== null && revertsAt <= answer.now;
  const revertNow = `byodkim revert ${entry} --yes`;
  const late = overdue && formatDuration(overdue.byMs);

  const found: readonly (Finding | false | null)[] = [
    hasFailed &&
      you(
        EXIT.wrong,
        `a change failed at ${last.at}, and so did its rollback`,
        `${revertNow}; if that fails, byodkim manual ${entry}`,
      ),
    isUnverified && !hasFailed && notVerifiedInTime(facts),
    isReverted &&
      !isUnverified &&
      you(
        EXIT.notReady,
        `the last change was rolled back at ${last.at}: ${last.detail ?? 'as before'}`,
        'fix the cause, then deploy',
      ),
    overdue?.what === 'rollback' &&
      !hasFailed &&
      you(
        EXIT.wrong,
        `the rollback of ${waiting ? 'a change that SES has not verified' : 'an unconfirmed change'} is overdue by ${late}`,
        `${revertNow}, then byodkim drill`,
      ),
    overdue?.what === 'check' &&
      you(EXIT.wrong, `the function’s check of SES is overdue by ${late}`, 'byodkim drill'),
    isDrifted &&
      !hasFailed &&
      you(EXIT.wrong, 'the signing state was changed outside of this project', 'deploy to restore it'),
    isBehindList && !isDeployAsked && !hasFailed && behindList(facts),
    isInForce && isGivenUp && cannotVerify(facts),
    isInForce &&
      !isGivenUp &&
      ses.status !== 'SUCCESS' &&
      overdue === null && {
        exitCode: EXIT.notReady,
        who: 'SES',
        what: `verifies the record${waiting ? '; otherwise the change is rolled back' : ''}`,
        ...(waiting && { when: `at ${waiting.verifyBy}` }),
        why: `SES has not verified it yet: ${ses.status}${whatSesSaw(ses)}`,
      },
    isArmed &&
      !isPast &&
      !hasFailed &&
      you(EXIT.notReady, 'not confirmed', 'deploy again, or it is rolled back', `at ${revertsAt}`),
    isArmed &&
      isPast &&
      overdue?.what !== 'rollback' &&
      !hasFailed && {
        exitCode: EXIT.notReady,
        who: 'the function',
        what: 'rolls back',
        why: 'not confirmed',
      },
    revertsAt === null &&
      selector !== null &&
      !answer.confirmed &&
      !hasFailed &&
      you(EXIT.notReady, 'not confirmed', `deploy again, or byodkim confirm ${entry}`),
    answer.busyUntil !== null && {
      exitCode: EXIT.notReady,
      who: 'the running change',
      what: 'ends',
      when: `until ${answer.busyUntil}`,
      why: 'another run is working on it',
    },
    (ses?.mailFrom?.status ?? 'SUCCESS') !== 'SUCCESS' && mailFromFinding(facts),
    dns !== null && selector !== null && dns.exitCode !== EXIT.ok && dnsFinding(facts),
    keyDueInDays !== null && keyDueInDays <= KEY_WARNING_DAYS && keyFinding(facts),
  ];
  return found.filter((each) => each !== false && each !== null);
}

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
