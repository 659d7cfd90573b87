/** The notices of what has succeeded, by kind of request; `null`: nothing has happened that a person must know of. */

import { forDomain } from '../errors/for-domain';
import type { ChangeResult } from '../ledger/ledger';
import type { Confirmed, Fired, Reverted } from '../ledger/results';
import { ERRORS } from '../words/errors';
import { bullets, type NotedWork, type NoticeParts } from './layout';

const SOURCES = { terraform: 'a deploy', direct: 'a direct call', schedule: 'its schedule' } as const;
const NOTHING = ['Nothing.'];

export function changeNotice(
  { kind, domain, source }: NotedWork,
  result: ChangeResult | { readonly healed: boolean },
): NoticeParts | null {
  if (!('changed' in result && result.changed)) return null;
  const { selector, final_dkim_status: status, reverts_at: revertsAt, retiring } = result;
  const verified = status === 'SUCCESS';
  const reverts =
    source === 'terraform'
      ? `The end of the deploy confirms the change. Without it, the change is rolled back at ${revertsAt}, and you are notified.`
      : `If SES has not verified it by ${revertsAt}, the change is rolled back, and you are notified.`;
  const todo = [
    !verified &&
      `Until SES has verified the record, mail may go out unsigned: not signed as ${domain}, but as amazonses.com alone. Check with: byodkim status ${domain}`,
    revertsAt && reverts,
    retiring &&
      `Leave the record of ${retiring.selector} in DNS until ${retiring.until}: mail signed with it is in transit, and a rollback needs it.`,
  ].filter((each) => typeof each === 'string');
  const unverified = result.unverified_seconds;
  return {
    state: 'changed',
    subject: `DKIM changed: ${domain} (${selector}, ${status})`,
    lead: verified
      ? `SES now signs the mail of ${domain} with selector ${selector}.`
      : `SES is set to sign the mail of ${domain} with selector ${selector}, but has not verified its record yet.`,
    facts: {
      'SES has': `${result.signing_origin}, selector ${selector}, ${status}`,
      Key: result.fingerprint,
      'Requested by': kind === 'heal' ? 'the audit (heal)' : SOURCES[source],
      Unverified: unverified === undefined ? undefined : `${unverified} s`,
    },
    todo: todo.length === 0 ? NOTHING : bullets(todo),
    warnings: result.warnings,
  };
}

/** Returns the notice of a change that was made again, since its revert had fired before the confirmation. */
export function reapplyNotice(
  { domain }: NotedWork,
  { reapplied, selector, warnings }: Confirmed,
): NoticeParts | null {
  if (!reapplied) return null;
  return {
    state: 'changed',
    subject: `DKIM changed again: ${domain} (${selector})`,
    lead: `SES signs the mail of ${domain} with selector ${selector}, and the change is confirmed.

It had been rolled back before the deploy reached its end, so the change was made again.`,
    facts: { 'SES has': `EXTERNAL, selector ${selector}` },
    todo: ['Nothing. If this happens often, give deploys more time: raise confirmTimeoutMinutes.'],
    warnings,
  };
}

const REVERTS = {
  'revert-unconfirmed': {
    why: 'It was not confirmed in time: its deploy or destroy failed, or the machine that ran it did.',
    todo: 'Find the reason in its output, fix it, then deploy the domain again, or destroy it.',
  },
  'revert-by-hand': {
    why: 'It was reverted by hand.',
    todo: 'Nothing, or deploy the domain again once the cause is fixed.',
  },
  destroy: { why: 'Its stack was destroyed.', todo: 'Nothing.' },
} as const;

const { todo: ROLLED_BACK } = ERRORS.VERIFICATION_FAILED;
const REPUBLISH = 'Have the DNS team publish that record again: SES gives up after 72 hours.';

/** Describes what SES has after a rollback, and whether mail is signed. */
const presentState = ({ reason, unproved }: Reverted): string =>
  unproved === undefined
    ? reason
    : `${reason}. SES verifies it anew, and mail is not signed as the domain until its record is back: ${unproved}`;

/** Returns the notice of a rollback, or of one that has become impossible. */
export function revertNotice({ domain, selector, kind }: NotedWork, result: Reverted): NoticeParts | null {
  const { reverted, incomplete, warnings } = result;
  const rest = { facts: { Selector: selector }, has: presentState(result), warnings };
  if (!reverted && !incomplete) return null;
  const { why, todo } = REVERTS[kind as keyof typeof REVERTS];
  return incomplete
    ? {
        state: 'not-rolled-back',
        subject: `DKIM not rolled back: ${domain}`,
        lead: `The signing state of ${domain} should have been rolled back, but could not be. ${why}`,
        todo: [
          `It is not retried. See what SES has: byodkim status ${domain}. Then set it by hand: byodkim manual ${domain}`,
        ],
        ...rest,
      }
    : {
        state: 'rolled-back',
        subject: `DKIM reverted: ${domain}`,
        lead: `The DKIM change of ${domain} was rolled back. ${why}`,
        todo: result.unproved === undefined ? [todo] : bullets([REPUBLISH, todo]),
        ...rest,
      };
}

/** Returns the notice of what the schedule of a change has done: SES has verified the change, or it was rolled back. */
export function firedNotice(noted: NotedWork, result: Fired): NoticeParts | null {
  const { domain } = noted;
  const { selector, after_minutes: minutes, verified, unverified, warnings } = result;
  if (unverified !== undefined)
    return { ...unverifiedNotice(noted, unverified), has: presentState(result), warnings };
  if (!verified) return revertNotice(noted, result);
  return {
    state: 'verified',
    subject: `DKIM verified: ${domain} (${selector})`,
    lead: `SES has verified selector ${selector} of ${domain}, and signs its mail with it. The change is done.`,
    facts: { 'SES has': `EXTERNAL, selector ${selector}, SUCCESS`, 'SES took': `about ${minutes} minutes` },
    todo: NOTHING,
    warnings,
  };
}

function unverifiedNotice(
  place: NotedWork,
  { selector, minutes, status, verification = {}, times }: NonNullable<Fired['unverified']>,
): NoticeParts {
  const { errorType, lastCheckedAt, lastSuccessAt, primaryNameServer, soaSerial } = verification;
  const { domain } = place;
  const inARow = times > 1 ? `, ${times} times in a row now` : '';
  return {
    state: 'rolled-back',
    subject: `DKIM rolled back: ${domain} (${selector} was not verified)`,
    lead:
      `SES has not verified selector ${selector} of ${domain} in time, so the change was rolled back${inARow}. ` +
      'Until then mail may have gone out unsigned.',
    facts: {
      Selector: selector,
      'SES had': `${minutes} minutes`,
      'Last status': `${status}${errorType === undefined ? '' : ` (${errorType})`}`,
      'Last checked': lastCheckedAt,
      'Last verified': lastSuccessAt,
      'Server asked':
        primaryNameServer && `${primaryNameServer}${soaSerial === undefined ? '' : `, serial ${soaSerial}`}`,
    },
    todo: [
      forDomain(ROLLED_BACK.replaceAll('`', ''), place),
      'The next plan contains a new attempt, and why.',
    ],
  };
}
