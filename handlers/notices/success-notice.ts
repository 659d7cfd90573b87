import type { Notice } from '../aws/topics';
import { iso } from '../clock';
import type { ChangeResult } from '../ledger/ledger';
import type { Confirmed } from '../transaction/confirm';
import type { Fired } from '../transaction/fired';
import type { Reverted } from '../transaction/restore';
import type { World } from '../world';
import { asSentence, bullets, type NotedWork, section, table } from './layout';

const SOURCES = { terraform: 'a deploy', direct: 'a direct call', schedule: 'its schedule' } as const;

/** SES was changed. */
export function changeNotice({ domain, region, source, kind }: NotedWork, result: ChangeResult): Notice {
  const { selector, final_dkim_status: status, reverts_at: revertsAt } = result;
  const verified = status === 'SUCCESS';
  const todo = [
    ...(verified
      ? []
      : [
          'SES looks for the record for up to 72 hours, and mail may go out unsigned until it has found it. Look again ' +
            `with: byodkim status ${domain}`,
        ]),
    ...(revertsAt === undefined
      ? []
      : [
          source === 'terraform'
            ? `The deploy must reach its end: it confirms the change. Otherwise the change is undone at ${revertsAt}, and ` +
              'you are told.'
            : `Should SES not have verified it by ${revertsAt}, the change is undone, and you are told.`,
        ]),
    ...(result.retiring === undefined
      ? []
      : [
          `Leave the record of ${result.retiring.selector} in DNS until ${result.retiring.until}: mail that it has signed is ` +
            'under way, and it is the way back.',
        ]),
  ];
  return {
    subject: `DKIM changed: ${domain} (${selector}, ${status})`,
    message: `${
      verified
        ? `SES now signs the mail of ${domain} with selector ${selector}.`
        : `SES is to sign the mail of ${domain} with selector ${selector}, and has not verified its record yet.`
    }

${table({
  Domain: `${domain} in ${region}`,
  'SES has': `${result.signing_origin}, selector ${selector}, ${status}`,
  Key: result.fingerprint,
  'Asked for by': kind === 'rotate-due' ? 'the function itself (rotate: automatic)' : SOURCES[source],
  Transaction: result.transaction,
  Ended: result.timestamp,
  Unverified: result.unverified_seconds === undefined ? undefined : `${result.unverified_seconds} s`,
})}
${section('WHAT TO DO', todo.length === 0 ? ['Nothing.'] : bullets(todo))}${section('WARNINGS', bullets(result.warnings))}`,
  };
}

/** The revert had fired before the confirmation came, so the change was made once more. */
export function reapplyNotice(world: World, { domain, region }: NotedWork, result: Confirmed): Notice {
  const { selector, transaction, warnings } = result;
  return {
    subject: `DKIM changed again: ${domain} (${selector})`,
    message: `SES signs the mail of ${domain} with selector ${selector}, and the change is confirmed.

Its revert had fired before the deploy came to its end, so the change was made once more.

${table({
  Domain: `${domain} in ${region}`,
  'SES has': `EXTERNAL, selector ${selector}`,
  Transaction: transaction,
  Ended: now(world),
})}
${section('WHAT TO DO', [
  'Nothing. If this happens often, give deploys more time: confirmTimeoutMinutes.',
])}${section('WARNINGS', bullets(warnings))}`,
  };
}

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
  const { domain, region, selector, transaction, kind } = noted;
  const { why, todo } = REVERTS[kind]!;
  const incomplete = result.incomplete === true;
  return {
    subject: incomplete ? `DKIM not put back: ${domain}` : `DKIM reverted: ${domain}`,
    message: `${
      incomplete
        ? `The signing state of ${domain} was to be put back, and could not be.`
        : `The DKIM change of ${domain} was undone.`
    } ${why}

${table({
  Domain: `${domain} in ${region}`,
  Selector: selector,
  Transaction: transaction,
  Ended: now(world),
})}
${section('WHAT SES HAS NOW', [asSentence(result.reason)])}${section('WHAT TO DO', [
  incomplete
    ? `Nothing will put it back by itself any more. Look at it with: byodkim status ${domain}, and set by hand what it is to have: byodkim manual ${domain}`
    : todo(domain),
])}${section('WARNINGS', bullets(result.warnings))}`,
  };
}

/** How a confirmed change that waited for SES has ended; `null`: it has not, or it never waited. */
export function verificationNotice(world: World, noted: NotedWork, result: Fired): Notice | null {
  if (result.verified) return verifiedNotice(world, noted, result);
  return result.unverified === undefined ? null : putBackNotice(world, noted, result, result.unverified);
}

function verifiedNotice(world: World, { domain, region, transaction }: NotedWork, result: Fired): Notice {
  const { selector, after_minutes: minutes, warnings } = result;
  return {
    subject: `DKIM verified: ${domain} (${selector})`,
    message: `SES has verified selector ${selector} of ${domain}, and signs its mail with it. The change is done.

${table({
  Domain: `${domain} in ${region}`,
  'SES has': `EXTERNAL, selector ${selector}, SUCCESS`,
  'SES took': `about ${minutes} minutes`,
  Transaction: transaction,
  Ended: now(world),
})}
${section('WHAT TO DO', ['Nothing.'])}${section('WARNINGS', bullets(warnings))}`,
  };
}

function putBackNotice(
  world: World,
  { domain, region, transaction }: NotedWork,
  { reason, warnings }: Fired,
  { selector, minutes, status, verification = {}, times }: NonNullable<Fired['unverified']>,
): Notice {
  const { errorType, lastCheckedAt, lastSuccessAt, primaryNameServer, soaSerial } = verification;
  return {
    subject: `DKIM put back: ${domain} (${selector} was not verified)`,
    message: `SES has not verified selector ${selector} of ${domain} in time, so what was there before was put back${
      times > 1 ? `, ${times} times in a row now` : ''
    }. Until then mail may have gone out unsigned.

${table({
  Domain: `${domain} in ${region}`,
  Selector: selector,
  'SES had': `${minutes} minutes`,
  'It showed last': `${status}${errorType === undefined ? '' : ` (${errorType})`}`,
  'It looked last': lastCheckedAt,
  'It last verified': lastSuccessAt,
  'It asked':
    primaryNameServer && `${primaryNameServer}${soaSerial === undefined ? '' : `, serial ${soaSerial}`}`,
  Transaction: transaction,
  Ended: now(world),
})}
${section('WHAT SES HAS NOW', [asSentence(reason)])}${section('WHAT TO DO', [
  `See whether the record is what SES can find: byodkim check ${domain}`,
  ...bullets([
    'If it is, SES was only slow: give it longer with verification.timeoutMinutes (1 to 4320), then deploy again.',
    'If it is not, have the record mended, then deploy again.',
    'The next plan shows a new attempt, and why.',
  ]),
])}${section('WARNINGS', bullets(warnings))}`,
  };
}

const now = (world: World): string => iso(world.clock.now());
