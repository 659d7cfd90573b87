import type { Notice } from '../aws/topics';
import type { Fired } from '../transaction/fired';
import type { World } from '../world';
import { asSentence, bullets, section, table } from './layout';
import type { NotedWork } from './noted-work';

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

const now = (world: World): string => new Date(world.clock.now()).toISOString();
