import type { SigningState } from '../aws/email-identity';
import { identityArn } from '../aws/with-aws-errors';
import { HOUR_MS, iso } from '../clock';
import { IDENTITY_TAG, SES_VERIFIES_HOURS } from '../contract/contract';
import { placeId } from '../contract/event';
import type { Wanted } from '../ledger/ledger';
import { doneByPerson } from '../ledger/seen';
import { signsWith } from '../ledger/signing-state';
import type { Audited } from './audited';
import { type Finding, finding } from './finding-catalogue';
import { sinceOf } from './news';

/** Returns what SES has if it is what is wanted, else `null`. */
export const signsWithWanted = (state: SigningState | null, { selector }: Wanted): SigningState | null =>
  state !== null && signsWith(state, selector) ? state : null;

/** Judges what SES signs with. @param isProved whether DNS has the record */
export function judgeSigning(
  audited: Audited,
  { selector }: Wanted,
  state: SigningState | null,
  isProved: boolean,
): Finding[] {
  const { domain, open } = audited.ledger;
  if (state === null)
    return finding(
      'IDENTITY_MISSING',
      `SES no longer has an identity ${domain}; expected EXTERNAL with selector ${selector}.`,
    );
  const { origin, status, verificationError } = state;
  if (!signsWith(state, selector)) {
    const has = `${origin}${state.selector === undefined ? '' : ` with selector ${state.selector}`}`;
    return finding(
      'DRIFT',
      `What SES signs with was changed outside this project: expected EXTERNAL with selector ${selector}, found ${has} (${status}).`,
      { stage: has },
    );
  }
  const findings: Finding[] = [];
  if (state.managed === false)
    findings.push(
      ...finding(
        'NOT_TAGGED',
        `The identity does not carry the tag ${IDENTITY_TAG.key}=${IDENTITY_TAG.value}, so the function may neither change it nor roll it back.`,
        { facts: { arn: identityArn(audited.ledger, audited.world.environment.schedulerRoleArn) } },
      ),
    );
  if (!state.enabled && (status !== 'FAILED' || doneByPerson(audited.ledger, state) === 'switched-off'))
    findings.push(...finding('SIGNING_OFF', 'Signing is switched off: mail goes out unsigned.'));
  if (status === 'TEMPORARY_FAILURE') findings.push(...judgeLapse(audited, selector, state, isProved));
  else if (status !== 'SUCCESS')
    findings.push(
      ...finding(
        'NOT_VERIFIED',
        `SES has not verified selector ${selector}: expected SUCCESS, found ${status}` +
          `${verificationError === undefined ? '' : ` (${verificationError})`}.${sesSaw(state)}`,
        {
          // An open change is verified or rolled back.
          severity: status === 'PENDING' && open !== null ? 'act' : 'urgent',
          stage: status,
        },
      ),
    );
  return findings;
}

/** Judges a record that SES has verified and no longer finds: SES signs for three more days, and then gives up. */
function judgeLapse(
  { ledger, memory: { last }, now }: Audited,
  selector: string,
  state: SigningState,
  isBack: boolean,
): Finding[] {
  const { status: stage, verification } = state;
  // When the record was seen last; if that is unknown, the earliest possible time.
  const seen = [verification?.lastSuccessAt, last.wholeAt].flatMap((at) => (at ? [Date.parse(at)] : []));
  const lapse = {
    code: 'NOT_VERIFIED',
    stage,
    since: iso(seen.length > 0 ? Math.max(...seen) : now),
  } as const;
  const since = sinceOf(last, placeId(ledger), lapse, now);
  const givesUpAt = iso(Date.parse(since) + SES_VERIFIES_HOURS * HOUR_MS);
  return finding(
    'NOT_VERIFIED',
    `SES no longer finds the record of selector ${selector} (${stage}), since ${since}. It gives up at ${givesUpAt} at the ` +
      `earliest, and mail goes out unsigned from then on.${sesSaw(state)}`,
    { facts: { givesUpAt, isBack }, stage, since },
  );
}

function sesSaw({
  verification: { lastCheckedAt, soaSerial, primaryNameServer } = {},
}: SigningState): string {
  if (lastCheckedAt === undefined) return '';
  const zone = soaSerial === undefined ? '' : `, and saw serial ${soaSerial}`;
  return ` It last checked at ${lastCheckedAt}${zone}${zone && primaryNameServer ? ` of ${primaryNameServer}` : ''}.`;
}
