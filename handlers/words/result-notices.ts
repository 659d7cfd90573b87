/** Holds the notices of changes, with a row for each event. */
import { forDomain } from '../escape';
import { counted } from './counted';
import { ERRORS, type ErrorFacts } from './errors';
import { type UnprovedRecord, whyUnproved } from './gate';
import { bullets, layOut, type NotedWork, type Notice, type NoticeParts } from './notice-layout';
import { describeOutcome, describeRollback, type RevertResult, type RollbackEnding } from './results';
import { formatState } from './states';
import { describeUnsigned, UNVERIFIED_MAIL, type UnsignedReason, unverifiedMail } from './unsigned-mail';

/** Checks whether a request makes or confirms a change; the others roll one back. */
const makesChange = ({ kind }: Pick<NotedWork, 'kind'>): boolean =>
  kind === 'change' || kind === 'update' || kind === 'heal' || kind === 'confirm';

/** State of SES after a rollback. */
export interface RolledBack {
  readonly outcome: RevertResult;
  /** The problem with the restored selector's record in DNS. SES has not verified it until then. */
  readonly unproved?: UnprovedRecord | undefined;
  /** Set if the change was confirmed, and an earlier attempt to roll it back had failed. */
  readonly begunBefore?: true | undefined;
}

/** A change that was made. */
export interface Changed {
  readonly selector: string;
  readonly status: string;
  readonly origin: string;
  readonly fingerprint: string;
  /** Whether SES has verified it already. */
  readonly verified: boolean;
  /** Time at which it is reverted, unless it is confirmed or verified by then. ISO 8601. */
  readonly revertsAt?: string | undefined;
  /** The earlier selector, and the day (UTC) until which its record must stay. */
  readonly retiring?: { readonly selector: string; readonly until: string } | undefined;
  readonly unverifiedSeconds?: number | undefined;
  /** The receivers' treatment of mail that is unsigned meanwhile, in words. */
  readonly unsignedMail?: UnsignedReason | undefined;
  /** Whether SES lets the domain send, as far as it has said. */
  readonly verifiedForSending?: boolean | undefined;
}

/** A confirmed change that SES did not verify in time. */
export interface NotVerified {
  readonly selector: string;
  /** The time that SES had. */
  readonly minutes: number;
  readonly status: string;
  /** Number of times in a row. */
  readonly times: number;
  readonly verification?:
    | {
        readonly errorType?: string;
        readonly lastCheckedAt?: string;
        readonly primaryNameServer?: string;
        readonly soaSerial?: string;
      }
    | undefined;
}

/** A change or a revert that failed. */
export interface Failed {
  readonly code: keyof ErrorFacts;
  /** The problem, and the advice from the row of the code. */
  readonly message: string;
  readonly advice: string;
  /** Result of the change. */
  readonly ending?: RollbackEnding | undefined;
  /** State after a rollback that failed, or `null` if there is no identity. Absent: SES does not answer. */
  readonly left?: { readonly found?: ErrorFacts['ROLLBACK_FAILED']['found'] } | undefined;
}

/** The content of a notice about a change. */
export type ResultNotice =
  | (Changed & { readonly kind: 'changed' })
  /** Whether the revert fired before the deploy ended. */
  | { readonly kind: 'changed-again'; readonly selector: string }
  | {
      readonly kind: 'verified';
      readonly selector?: string | undefined;
      readonly minutes?: number | undefined;
    }
  | (RolledBack & { readonly kind: 'rolled-back' | 'not-rolled-back' })
  | (RolledBack & NotVerified & { readonly kind: 'unverified' })
  | (Failed & { readonly kind: 'failed' });

/** Formats a notice of a change. @param now ISO 8601 */
export const formatResultNotice = (
  noted: NotedWork,
  notice: ResultNotice,
  warnings: readonly string[],
  now: string,
): Notice => layOut(noted, { ...partsOf(noted, notice), warnings }, now);

function partsOf(noted: NotedWork, notice: ResultNotice): NoticeParts {
  switch (notice.kind) {
    case 'changed':
      return changed(noted, notice);
    case 'changed-again':
      return changedAgain(noted, notice);
    case 'verified':
      return verified(noted, notice);
    case 'rolled-back':
      return rolledBack(noted, notice);
    case 'not-rolled-back':
      return notRolledBack(noted, notice);
    case 'unverified':
      return unverified(noted, notice);
    case 'failed':
      return failed(noted, notice);
  }
}

const SOURCES = { terraform: 'a deploy', direct: 'a direct call', schedule: 'its schedule' } as const;
const NOTHING = ['Nothing.'];

function changed({ kind, domain, source }: NotedWork, facts: Changed): NoticeParts {
  const { selector, status, origin, fingerprint, unverifiedSeconds } = facts;
  const todo = todoOfChange(domain, source, facts);
  return {
    subject: `DKIM changed: ${domain} (${selector}, ${status})`,
    lead: facts.verified
      ? `SES now signs the mail of ${domain} with selector ${selector}.`
      : `SES is set to sign the mail of ${domain} with selector ${selector}, but has not verified its record yet.`,
    facts: {
      'SES has': `${origin}, selector ${selector}, ${status}`,
      Key: fingerprint,
      'Requested by': kind === 'heal' ? 'the audit (heal)' : SOURCES[source],
      Unverified: unverifiedSeconds === undefined ? undefined : `${unverifiedSeconds} s`,
    },
    todo: todo.length === 0 ? NOTHING : bullets(todo),
  };
}

function todoOfChange(domain: string, source: NotedWork['source'], facts: Changed): string[] {
  const { revertsAt, retiring, verifiedForSending, unsignedMail } = facts;
  const todo: string[] = [];
  if (!facts.verified) {
    const isSent = unsignedMail !== undefined && verifiedForSending !== false;
    todo.push(
      `Until SES has verified the record, mail of ${domain} is ${unverifiedMail(verifiedForSending)}.${isSent ? ` Mail that is signed as amazonses.com is ${describeUnsigned(unsignedMail)}.` : ''} Check with: byodkim status ${domain}`,
    );
  }
  if (revertsAt !== undefined)
    todo.push(
      source === 'terraform'
        ? untilConfirmed(revertsAt, facts.verified)
        : `If SES has not verified the record by ${revertsAt}, the change is rolled back, and you are notified.`,
    );
  if (retiring !== undefined)
    todo.push(
      `Leave the record of ${retiring.selector} in DNS until ${retiring.until}: mail signed with it is in transit, and a rollback needs it.`,
    );
  return todo;
}

/** Says when a deploy's change is rolled back. While SES verifies, a confirmed change is still rolled back if its time is over. */
const untilConfirmed = (revertsAt: string, isVerified: boolean): string =>
  isVerified
    ? `The end of the deploy confirms the change. If the deploy does not finish, the change is rolled back at ${revertsAt}, and you are notified.`
    : `The end of the deploy confirms the change. If the deploy does not get that far, the change is rolled back at ${revertsAt}. Once it is confirmed, it is rolled back only if SES does not verify the record in time (verification.timeoutMinutes). You are notified of a rollback.`;

const changedAgain = ({ domain }: NotedWork, { selector }: { readonly selector: string }): NoticeParts => ({
  subject: `DKIM changed again: ${domain} (${selector})`,
  lead: `SES signs the mail of ${domain} with selector ${selector}, and the change is confirmed.

It had been rolled back before the deploy ended, so the change was made again.`,
  facts: { 'SES has': `EXTERNAL, selector ${selector}` },
  todo: ['Nothing. If this happens often, give deploys more time: raise confirmTimeoutMinutes.'],
});

const verified = (
  { domain }: NotedWork,
  { selector, minutes }: { readonly selector?: string | undefined; readonly minutes?: number | undefined },
): NoticeParts => ({
  subject: `DKIM verified: ${domain} (${selector})`,
  lead: `SES has verified selector ${selector} of ${domain}, and signs its mail with it. The change is done.`,
  facts: {
    'SES has': `EXTERNAL, selector ${selector}, SUCCESS`,
    'SES took': minutes === undefined ? undefined : `about ${aboutTime(minutes)}`,
  },
  todo: NOTHING,
});

/** Reasons of a rollback, with the advice. */
interface Reason {
  readonly why: string;
  readonly todo?: string;
}

const ONCE_FIXED = 'Nothing, or deploy the domain again once the cause is fixed.';

function whyReverted({ kind }: NotedWork, { begunBefore }: RolledBack): Reason {
  if (begunBefore)
    return { why: 'An earlier attempt to roll it back had failed, and was repeated.', todo: ONCE_FIXED };
  switch (kind) {
    case 'destroy':
      return { why: 'Its stack was destroyed.' };
    case 'remove':
      return { why: 'It was removed by a direct call.' };
    case 'revert-by-hand':
      return {
        why: 'It was reverted manually.',
        todo: ONCE_FIXED,
      };
    case 'change':
    case 'update':
    case 'heal':
    case 'confirm':
    case 'revert-unconfirmed':
      return {
        why: 'It was not confirmed in time: its deploy or destroy failed, or the machine that ran it did.',
        todo: 'Find the reason in the output of the deploy, fix it, then deploy the domain again, or destroy it.',
      };
  }
}

const REPUBLISH = 'Ask the DNS team to publish that record again: SES gives up after 72 hours.';

function rolledBack(noted: NotedWork, facts: RolledBack): NoticeParts {
  const { domain, selector } = noted;
  const { why, todo } = whyReverted(noted, facts);
  return {
    subject: `DKIM reverted: ${domain}`,
    lead: `The DKIM change of ${domain} was rolled back. ${why}`,
    facts: { Selector: selector },
    has: presentState(noted, facts),
    todo: stepsAfterRollback(facts, todo),
  };
}

/** Returns the advice after a rollback, beginning with a record that is gone. */
function stepsAfterRollback({ unproved }: RolledBack, todo: string | undefined): readonly string[] {
  const steps = [unproved === undefined ? undefined : REPUBLISH, todo].filter((each) => each !== undefined);
  if (steps.length === 0) return NOTHING;
  return steps.length === 1 ? steps : bullets(steps);
}

function notRolledBack(noted: NotedWork, facts: RolledBack): NoticeParts {
  const { domain, selector } = noted;
  const check = 'heck the signing state, then set it manually:';
  // A destroy may delete a replaced `Baseline` first, which owns nothing, and then the one that rolls back.
  const mayFollow = noted.kind === 'destroy' && facts.outcome.kind === 'still-set';
  return {
    subject: `DKIM not rolled back${mayFollow ? ' yet' : ''}: ${domain}`,
    lead: mayFollow
      ? `A delete of ${domain} has not rolled its signing state back. Another delete of the same destroy may still do so.`
      : `The signing state of ${domain} should have been rolled back, but could not be. ${whyReverted(noted, facts).why}`,
    facts: { Selector: selector },
    has: presentState(noted, facts),
    todo: [
      mayFollow
        ? `If no notice of a rollback follows by the end of the destroy, c${check}`
        : `The rollback is not retried. C${check}`,
      '',
      'byodkim status <domain>',
      'byodkim manual <domain>',
    ].map((line) => forDomain(line, noted)),
  };
}

/** Describes the signing state after a rollback, and whether mail is sent and signed. */
function presentState(noted: NotedWork, { outcome, unproved }: RolledBack): string {
  const state = describeOutcome(outcome);
  // A delete that owns nothing may be that of a replaced `Baseline`, after which the identity stays.
  if (noted.deletesIdentity && outcome.kind !== 'still-set')
    return `${state}. The engine deletes the identity next, and SES then sends no mail of ${noted.domain}`;
  if (unproved === undefined) return `${state}${untilVerified(noted, outcome)}`;
  return `${state}. SES verifies it again, and until its record is back, mail is ${UNVERIFIED_MAIL}: ${whyUnproved(unproved)}.`;
}

/** Continues the state after a rollback: SES verifies again what was set with a Put. */
const untilVerified = (noted: NotedWork, outcome: RevertResult): string =>
  outcome.kind === 'prior-state' && outcome.enabled
    ? `. SES may have to verify it again: until \`${forDomain('byodkim status <domain>', noted)}\` shows SUCCESS, mail is ${UNVERIFIED_MAIL}`
    : '';

/** Formats a time in minutes, or in hours where minutes would say nothing, e.g. `72 hours`. */
const aboutTime = (minutes: number): string =>
  minutes < 180 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'hour');

const ROLLED_BACK = ERRORS.VERIFICATION_FAILED.todo();

function unverified(noted: NotedWork, facts: RolledBack & NotVerified): NoticeParts {
  const { selector, minutes, status, verification = {}, times } = facts;
  const { errorType, lastCheckedAt, primaryNameServer, soaSerial } = verification;
  const inARow = times > 1 ? `, ${times} times in a row now` : '';
  const serial = soaSerial === undefined ? '' : `, serial ${soaSerial}`;
  return {
    subject: `DKIM rolled back: ${noted.domain} (${selector} was not verified)`,
    lead:
      `SES did not verify selector ${selector} of ${noted.domain} in time, so the change was rolled back${inARow}. ` +
      `Until then, mail was ${UNVERIFIED_MAIL}.`,
    facts: {
      Selector: selector,
      'SES had': aboutTime(minutes),
      'Last status': `${status}${errorType === undefined ? '' : ` (${errorType})`}`,
      'Last checked': lastCheckedAt,
      'Server asked': primaryNameServer && `${primaryNameServer}${serial}`,
    },
    has: presentState(noted, facts),
    todo: [forDomain(ROLLED_BACK, noted), 'The next plan shows a new attempt, and the reason for it.'],
  };
}

const ATTEMPTED: Readonly<Record<NotedWork['kind'], string>> = {
  change: 'change',
  update: 'change',
  heal: 'repeated change (heal)',
  confirm: 'confirmation of the change',
  destroy: 'rollback (destroy)',
  'revert-unconfirmed': 'rollback of the open change',
  'revert-by-hand': 'revert',
  remove: 'rollback (remove)',
};

function failed(noted: NotedWork, facts: Failed): NoticeParts {
  const { domain, selector, kind } = noted;
  const { code } = facts;
  const who = kind === 'revert-unconfirmed' ? 'the on-call engineer' : ERRORS[code].who;
  return {
    subject: `DKIM ${makesChange(noted) ? 'change' : 'revert'} failed: ${domain} (${code})`,
    lead: `The DKIM ${ATTEMPTED[kind]} of ${domain} failed: ${code}.`,
    facts: { Selector: selector },
    happened: facts.message,
    has: stateAfterFailure(noted, facts),
    todo: [`Who: ${who}.`, ...steps(noted, facts)],
  };
}

/** Codes with which a destroy or a removal is refused before anything is written. */
const REFUSED: readonly Failed['code'][] = ['NOT_ALLOWED', 'KEY_SHARED', 'IDENTITY_HAS_TENANTS'];

function stateAfterFailure(noted: NotedWork, { code, ending, left }: Failed): string {
  if (left !== undefined) return stateLeft(left.found);
  if (ending?.kind === 'rolled-back')
    return `${describeRollback(ending)}${untilVerified(noted, ending.state)}`;
  if (ending !== undefined) return describeRollback(ending);
  if (code === 'CONCURRENT_UPDATE') return 'as the other run leaves it';
  if (!makesChange(noted) && !REFUSED.includes(code))
    return forDomain('not known to be rolled back: run `byodkim status <domain>`', noted);
  return 'the same state as before; nothing was written';
}

function stateLeft(found: NonNullable<Failed['left']>['found']): string {
  if (found === undefined) return 'unknown: SES does not answer';
  return found === null ? 'the identity no longer exists' : formatState(found);
}

/** Formats the advice of the code's row for this domain, with commands on their own lines so that they can be copied. */
function steps({ kind, domain, region }: NotedWork, { code, advice }: Failed): string[] {
  const { command } = ERRORS[code];
  const isRepeated = kind === 'revert-unconfirmed' && code !== 'ROLLBACK_FAILED';
  return [
    ...(isRepeated ? [REPEATED, '', 'byodkim revert <domain> --yes', '', BY_HAND, ''] : []),
    advice,
    ...(command === undefined ? [] : ['', `Check with: ${command}`]),
  ].map((line) => forDomain(line, { domain, region }));
}
const REPEATED =
  'The rollback is repeated automatically, and you are notified of the result. To repeat it now:';

const BY_HAND =
  'If that fails as well, `byodkim status <domain>` prints the commands that restore the prior state.';
