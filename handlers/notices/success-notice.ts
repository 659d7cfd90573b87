import { iso } from '../clock';
import type { ChangeResult } from '../ledger/ledger';
import type { Confirmed } from '../transaction/confirm';
import type { Fired } from '../transaction/fired';
import type { Reverted } from '../transaction/revert';
import type { World } from '../world';
import { bullets, framed, type NotedWork, type ResultNotice } from './layout';

const SOURCES = { terraform: 'a deploy', direct: 'a direct call', schedule: 'its schedule' } as const;

/** Formats the notice of a change. */
export function changeNotice(
  { kind, domain, region, source }: NotedWork,
  result: ChangeResult,
): ResultNotice {
  const { selector, transaction, final_dkim_status: status, reverts_at: revertsAt, retiring } = result;
  const verified = status === 'SUCCESS';
  const todo: string[] = [];
  if (!verified)
    todo.push(
      `Until SES has verified the record, mail may go out unsigned. Check with: byodkim status ${domain}`,
    );
  if (revertsAt !== undefined)
    todo.push(
      source === 'terraform'
        ? `The end of the deploy confirms the change. Without it, the change is rolled back at ${revertsAt}, and you are ` +
            'notified.'
        : `If SES has not verified it by ${revertsAt}, the change is rolled back, and you are notified.`,
    );
  if (retiring !== undefined)
    todo.push(
      `Leave the record of ${retiring.selector} in DNS until ${retiring.until}: mail signed with it is under way, and a ` +
        'rollback needs it.',
    );
  const unverified = result.unverified_seconds;
  return framed({ domain, region, transaction }, result.timestamp, {
    state: 'changed',
    subject: `DKIM changed: ${domain} (${selector}, ${status})`,
    lead: verified
      ? `SES now signs the mail of ${domain} with selector ${selector}.`
      : `SES is set to sign the mail of ${domain} with selector ${selector}, but has not verified its record yet.`,
    facts: {
      'SES has': `${result.signing_origin}, selector ${selector}, ${status}`,
      Key: result.fingerprint,
      'Requested by': kind === 'heal' ? 'the audit (heal)' : SOURCES[source],
    },
    lastFacts: { Unverified: unverified === undefined ? undefined : `${unverified} s` },
    todo: todo.length === 0 ? NOTHING : bullets(todo),
    warnings: result.warnings,
  });
}

const NOTHING = ['Nothing.'];

/** Formats the notice of a change that was made again, since its revert had fired before the confirmation. */
export const reapplyNotice = (
  world: World,
  noted: NotedWork,
  { selector, warnings }: Confirmed,
): ResultNotice =>
  framed(noted, now(world), {
    state: 'changed',
    subject: `DKIM changed again: ${noted.domain} (${selector})`,
    lead: `SES signs the mail of ${noted.domain} with selector ${selector}, and the change is confirmed.

It had been rolled back before the deploy reached its end, so the change was made again.`,
    facts: { 'SES has': `EXTERNAL, selector ${selector}` },
    todo: ['Nothing. If this happens often, give deploys more time: raise confirmTimeoutMinutes.'],
    warnings,
  });

const REVERTS: Readonly<
  Partial<Record<NotedWork['kind'], { why: string; todo: (domain: string) => string }>>
> = {
  'revert-unconfirmed': {
    why: 'It was not confirmed in time: its deploy failed, or the machine that ran the deploy did.',
    todo: (domain) => `Find the reason in the output of the deploy, fix it, then deploy ${domain} again.`,
  },
  'revert-by-hand': {
    why: 'It was reverted manually.',
    todo: (domain) => `Nothing, or deploy ${domain} again once the cause is fixed.`,
  },
  destroy: {
    why: 'Its stack, or this part of it, was destroyed.',
    todo: () => 'Nothing.',
  },
};

/** Formats the notice of a rollback, or of one that has become impossible. */
export function revertNotice(world: World, noted: NotedWork, result: Reverted): ResultNotice {
  const { domain, selector, kind } = noted;
  const { why, todo } = REVERTS[kind]!;
  const { reason, incomplete, warnings } = result;
  const parts = incomplete
    ? {
        state: 'not-rolled-back' as const,
        subject: `DKIM not rolled back: ${domain}`,
        lead: `The signing state of ${domain} should have been rolled back, but could not be. ${why}`,
        todo: [
          `It is not retried. See what SES has: byodkim status ${domain}. Then set it manually: byodkim manual ${domain}`,
        ],
      }
    : {
        state: 'rolled-back' as const,
        subject: `DKIM reverted: ${domain}`,
        lead: `The DKIM change of ${domain} was rolled back. ${why}`,
        todo: [todo(domain)],
      };
  return framed(noted, now(world), { ...parts, facts: { Selector: selector }, has: reason, warnings });
}

/** Formats how a confirmed change that waited for SES has ended; `null`: it has not, or it never waited. */
export function verificationNotice(world: World, noted: NotedWork, result: Fired): ResultNotice | null {
  const { selector, after_minutes: minutes, verified, unverified, warnings } = result;
  if (unverified !== undefined) return unverifiedNotice(world, noted, result, unverified);
  if (!verified) return null;
  return framed(noted, now(world), {
    state: 'verified',
    subject: `DKIM verified: ${noted.domain} (${selector})`,
    lead: `SES has verified selector ${selector} of ${noted.domain}, and signs its mail with it. The change is done.`,
    facts: { 'SES has': `EXTERNAL, selector ${selector}, SUCCESS`, 'SES took': `about ${minutes} minutes` },
    todo: NOTHING,
    warnings,
  });
}

function unverifiedNotice(
  world: World,
  noted: NotedWork,
  { reason, warnings }: Fired,
  { selector, minutes, status, verification = {}, times }: NonNullable<Fired['unverified']>,
): ResultNotice {
  const { errorType, lastCheckedAt, lastSuccessAt, primaryNameServer, soaSerial } = verification;
  const inARow = times > 1 ? `, ${times} times in a row now` : '';
  return framed(noted, now(world), {
    state: 'rolled-back',
    subject: `DKIM rolled back: ${noted.domain} (${selector} was not verified)`,
    lead:
      `SES has not verified selector ${selector} of ${noted.domain} in time, so the change was rolled back${inARow}. ` +
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
    has: reason,
    todo: [
      `Check whether the record is in DNS: byodkim check ${noted.domain}`,
      ...bullets([
        'If it is, SES was slow: raise verification.timeoutMinutes (1 to 4320), then deploy again.',
        'If it is not, have the record fixed, then deploy again.',
        'The next plan contains a new attempt, and why.',
      ]),
    ],
    warnings,
  });
}

const now = (world: World): string => iso(world.clock.now());
