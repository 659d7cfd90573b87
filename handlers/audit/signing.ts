import type { SigningState } from '../aws/email-identity';
import { IDENTITY_TAG } from '../contract';
import type { Wanted } from '../ledger/ledger';
import { signsWith } from '../transaction/signing-state';
import type { Audited } from './audited';
import { type Finding, finding } from './finding-catalogue';

/** Whether SES still signs with what we have set, and has verified it. */
export async function checkSigning(
  { services, ledger: { domain }, waitForSesRate }: Audited,
  wanted: Wanted,
) {
  await waitForSesRate();
  const state = await services.identities.get(domain);
  const ses = state && { origin: state.origin, selector: state.selector, status: state.status };
  return { findings: judgeSigning(domain, wanted, state), ses };
}

function judgeSigning(domain: string, { selector }: Wanted, state: SigningState | null): Finding[] {
  if (state === null)
    return finding(
      'IDENTITY_MISSING',
      `SES has no identity ${domain} any more; expected EXTERNAL with selector ${selector}.`,
    );
  const { origin, status, verificationError } = state;
  if (!signsWith(state, selector)) {
    const has = `${origin}${state.selector === undefined ? '' : ` with selector ${state.selector}`}`;
    return finding(
      'DRIFT',
      `Somebody has changed what SES signs with: expected EXTERNAL with selector ${selector}, found ${has} (${status}).`,
    );
  }
  const findings: Finding[] = [];
  if (state.managed === false)
    findings.push(
      ...finding(
        'NOT_TAGGED',
        `The identity does not carry the tag ${IDENTITY_TAG.key}=${IDENTITY_TAG.value}, so the function may not change it, nor put it back.`,
      ),
    );
  if (!state.enabled)
    findings.push(...finding('SIGNING_OFF', 'Signing is switched off: mail goes out unsigned.'));
  if (status !== 'SUCCESS')
    findings.push(
      ...finding(
        'NOT_VERIFIED',
        `SES has not verified selector ${selector}: expected SUCCESS, found ${status}` +
          `${verificationError === undefined ? '' : ` (${verificationError})`}.${sesSaw(state)}`,
        { severity: status === 'FAILED' || status === 'NOT_STARTED' ? 'urgent' : 'act' },
      ),
    );
  return findings;
}

function sesSaw({
  verification: { lastCheckedAt, soaSerial, primaryNameServer } = {},
}: SigningState): string {
  if (lastCheckedAt === undefined) return '';
  const zone = soaSerial === undefined ? '' : `, and saw serial ${soaSerial}`;
  return ` It last checked at ${lastCheckedAt}${zone}${zone && primaryNameServer ? ` of ${primaryNameServer}` : ''}.`;
}
