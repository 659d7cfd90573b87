import type { SigningState } from '../aws/email-identity';
import { REVERT_RETRY } from '../budgets';
import { DAY_MS, iso } from '../clock';
import { IDENTITY_TAG } from '../contract';
import { isWaiting, type Wanted } from '../ledger/ledger';
import { type Finding, finding } from './findings';
import type { Audited } from './look';

/** A deploy that has not come to its end after a day has been forgotten. */
const FORGOTTEN_MS = DAY_MS;

/** Whether SES still signs with what we have set, and has verified it. */
export async function lookAtSigning({ services, ledger: { domain }, sesTurn }: Audited, wanted: Wanted) {
  await sesTurn();
  const state = await services.identities.get(domain);
  const ses = state && { origin: state.origin, selector: state.selector, status: state.status };
  return { findings: judgeSigning(domain, wanted, state), ses };
}

function judgeSigning(domain: string, { selector }: Wanted, state: SigningState | null): Finding[] {
  if (state === null)
    return [
      finding(
        'IDENTITY_MISSING',
        `SES has no identity ${domain} any more; expected EXTERNAL with selector ${selector}.`,
      ),
    ];
  const has = `${state.origin}${state.selector === undefined ? '' : ` with selector ${state.selector}`}`;
  if (state.origin !== 'EXTERNAL' || (state.selector ?? selector) !== selector)
    return [
      finding(
        'DRIFT',
        `Somebody has changed what SES signs with: expected EXTERNAL with selector ${selector}, found ${has} (${state.status}).`,
      ),
    ];
  const findings: Finding[] = [];
  if (state.managed === false)
    findings.push(
      finding(
        'NOT_TAGGED',
        `The identity does not carry the tag ${IDENTITY_TAG.key}=${IDENTITY_TAG.value}, so the function may not change it, nor put it back.`,
      ),
    );
  if (!state.enabled)
    findings.push(finding('SIGNING_OFF', 'Signing is switched off: mail goes out unsigned.'));
  if (state.status !== 'SUCCESS')
    findings.push(
      finding(
        'NOT_VERIFIED',
        `SES has not verified selector ${selector}: expected SUCCESS, found ${state.status}` +
          `${state.verificationError === undefined ? '' : ` (${state.verificationError})`}.${sesSaw(state)}`,
        { severity: state.status === 'FAILED' || state.status === 'NOT_STARTED' ? 'urgent' : 'act' },
      ),
    );
  return findings;
}

function sesSaw({
  verification: { lastCheckedAt, soaSerial, primaryNameServer } = {},
}: SigningState): string {
  if (lastCheckedAt === undefined) return '';
  const zone = soaSerial === undefined ? '' : `, and saw serial ${soaSerial}`;
  return ` It looked at ${lastCheckedAt}${zone}${zone && primaryNameServer ? ` of ${primaryNameServer}` : ''}.`;
}

/** Whether a change waits for its confirmation longer than it should. */
export function judgeOpen({ ledger: { open }, now }: Audited): Finding[] {
  if (open === null) return [];
  const since = iso(open.startedAt);
  if (open.armed !== null && now > open.armed.at + REVERT_RETRY.graceMs)
    return [
      finding(
        'REVERT_OVERDUE',
        isWaiting(open)
          ? `SES has not verified the change of ${since}, and it should have been looked again at ${iso(open.armed.at)}, but was not.`
          : `The change of ${since} was not confirmed, and should have been undone at ${iso(open.armed.at)}, but was not.`,
      ),
    ];
  if (open.armed === null && now > open.startedAt + FORGOTTEN_MS)
    return [
      finding('UNCONFIRMED', `The change of ${since} was never confirmed, and nothing undoes it by itself.`),
    ];
  return [];
}

/** Whether the last change was put back because SES did not verify it, and nobody has mended that since. */
export function judgeUnverified({ ledger: { open, unverified } }: Audited): Finding[] {
  if (unverified === null || open !== null) return [];
  const { selector, at, minutes, status, times } = unverified;
  return [
    finding(
      'PUT_BACK',
      `SES had not verified selector ${selector} within ${minutes} minutes (${status}), so what was before was put ` +
        `back at ${iso(at)}${times > 1 ? `, ${times} times in a row` : ''}.`,
    ),
  ];
}
