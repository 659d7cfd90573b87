import type { Notice } from '../aws/topics';
import { iso } from '../clock';
import type { ChangeResult } from '../ledger/ledger';
import type { Confirmed } from '../transaction/confirm';
import type { Fired } from '../transaction/fired';
import type { Reverted } from '../transaction/revert';
import type { World } from '../world';
import { bullets, framed, type NotedWork } from './layout';

const SOURCES = { terraform: 'a deploy', direct: 'a direct call', schedule: 'its schedule' } as const;

/** SES was changed. */
export function changeNotice({ domain, region, source }: NotedWork, result: ChangeResult): Notice {
  const { selector, transaction, final_dkim_status: status, reverts_at: revertsAt, retiring } = result;
  const verified = status === 'SUCCESS';
  const todo: string[] = [];
  if (!verified)
    todo.push(
      'SES looks for the record for up to 72 hours, and mail may go out unsigned until it has found it. Look again ' +
        `with: byodkim status ${domain}`,
    );
  if (revertsAt !== undefined)
    todo.push(
      source === 'terraform'
        ? `The deploy must reach its end: it confirms the change. Otherwise the change is undone at ${revertsAt}, and ` +
            'you are told.'
        : `Should SES not have verified it by ${revertsAt}, the change is undone, and you are told.`,
    );
  if (retiring !== undefined)
    todo.push(
      `Leave the record of ${retiring.selector} in DNS until ${retiring.until}: mail that it has signed is under way, ` +
        'and it is the way back.',
    );
  const unverified = result.unverified_seconds;
  return framed({ domain, region, transaction }, result.timestamp, {
    subject: `DKIM changed: ${domain} (${selector}, ${status})`,
    lead: verified
      ? `SES now signs the mail of ${domain} with selector ${selector}.`
      : `SES is to sign the mail of ${domain} with selector ${selector}, and has not verified its record yet.`,
    facts: {
      'SES has': `${result.signing_origin}, selector ${selector}, ${status}`,
      Key: result.fingerprint,
      'Asked for by': SOURCES[source],
    },
    lastFacts: { Unverified: unverified === undefined ? undefined : `${unverified} s` },
    todo: todo.length === 0 ? NOTHING : bullets(todo),
    warnings: result.warnings,
  });
}

const NOTHING = ['Nothing.'];

/** The revert had fired before the confirmation came, so the change was made once more. */
export const reapplyNotice = (world: World, noted: NotedWork, { selector, warnings }: Confirmed): Notice =>
  framed(noted, now(world), {
    subject: `DKIM changed again: ${noted.domain} (${selector})`,
    lead: `SES signs the mail of ${noted.domain} with selector ${selector}, and the change is confirmed.

Its revert had fired before the deploy came to its end, so the change was made once more.`,
    facts: { 'SES has': `EXTERNAL, selector ${selector}` },
    todo: ['Nothing. If this happens often, give deploys more time: confirmTimeoutMinutes.'],
    warnings,
  });

const REVERTS: Readonly<
  Partial<Record<NotedWork['kind'], { why: string; todo: (domain: string) => string }>>
> = {
  'revert-unconfirmed': {
    why: 'It was not confirmed in time: the deploy that made it failed, or the machine that ran it did.',
    todo: (domain) =>
      `Find out in the output of the deploy why it did not reach its end, then deploy ${domain} again.`,
  },
  'revert-by-hand': {
    why: 'Somebody has reverted it by hand.',
    todo: (domain) => `Nothing, or deploy ${domain} again once the cause is mended.`,
  },
  destroy: {
    why: 'Its stack, or this part of it, was destroyed.',
    todo: () => 'Nothing.',
  },
};

/** SES was put back, or should have been and could not be. */
export function revertNotice(world: World, noted: NotedWork, result: Reverted): Notice {
  const { domain, selector, kind } = noted;
  const { why, todo } = REVERTS[kind]!;
  const { reason, incomplete, warnings } = result;
  const said = incomplete
    ? {
        subject: `DKIM not put back: ${domain}`,
        lead: `The signing state of ${domain} was to be put back, and could not be. ${why}`,
        todo: [
          `Nothing will put it back by itself any more. Look at it with: byodkim status ${domain}, and set by hand what it is to have: byodkim manual ${domain}`,
        ],
      }
    : {
        subject: `DKIM reverted: ${domain}`,
        lead: `The DKIM change of ${domain} was undone. ${why}`,
        todo: [todo(domain)],
      };
  return framed(noted, now(world), { ...said, facts: { Selector: selector }, has: reason, warnings });
}

/** How a confirmed change that waited for SES has ended; `null`: it has not, or it never waited. */
export function verificationNotice(world: World, noted: NotedWork, result: Fired): Notice | null {
  const { selector, after_minutes: minutes, verified, unverified, warnings } = result;
  if (unverified !== undefined) return putBackNotice(world, noted, result, unverified);
  if (!verified) return null;
  return framed(noted, now(world), {
    subject: `DKIM verified: ${noted.domain} (${selector})`,
    lead: `SES has verified selector ${selector} of ${noted.domain}, and signs its mail with it. The change is done.`,
    facts: { 'SES has': `EXTERNAL, selector ${selector}, SUCCESS`, 'SES took': `about ${minutes} minutes` },
    todo: NOTHING,
    warnings,
  });
}

function putBackNotice(
  world: World,
  noted: NotedWork,
  { reason, warnings }: Fired,
  { selector, minutes, status, verification = {}, times }: NonNullable<Fired['unverified']>,
): Notice {
  const { errorType, lastCheckedAt, lastSuccessAt, primaryNameServer, soaSerial } = verification;
  const inARow = times > 1 ? `, ${times} times in a row now` : '';
  return framed(noted, now(world), {
    subject: `DKIM put back: ${noted.domain} (${selector} was not verified)`,
    lead:
      `SES has not verified selector ${selector} of ${noted.domain} in time, so what was there before was put ` +
      `back${inARow}. Until then mail may have gone out unsigned.`,
    facts: {
      Selector: selector,
      'SES had': `${minutes} minutes`,
      'It showed last': `${status}${errorType === undefined ? '' : ` (${errorType})`}`,
      'It looked last': lastCheckedAt,
      'It last verified': lastSuccessAt,
      'It asked':
        primaryNameServer && `${primaryNameServer}${soaSerial === undefined ? '' : `, serial ${soaSerial}`}`,
    },
    has: reason,
    todo: [
      `See whether the record is what SES can find: byodkim check ${noted.domain}`,
      ...bullets([
        'If it is, SES was only slow: give it longer with verification.timeoutMinutes (1 to 4320), then deploy again.',
        'If it is not, have the record mended, then deploy again.',
        'The next plan shows a new attempt, and why.',
      ]),
    ],
    warnings,
  });
}

const now = (world: World): string => iso(world.clock.now());
