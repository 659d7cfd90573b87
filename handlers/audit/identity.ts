/** Judges what SES has of a domain's identity: what it signs with, its MAIL FROM domain, and who may send. */
import type { MailFromState, SigningState } from '../aws/email-identity';
import { identityArn } from '../aws/with-aws-errors';
import { HOUR_MS, iso } from '../clock';
import { IDENTITY_TAG, SENDERS_POLICY, SES_VERIFIES_HOURS } from '../contract/contract';
import { isOwnSelector } from '../ledger/ownership';
import { doneByPerson } from '../ledger/seen';
import { signsWith } from '../ledger/signing-state';
import { readSpf } from '../mail-domain/spf';
import { findTexts } from '../mail-domain/texts';
import { manualCommands } from '../notices/aws-commands';
import { type Audited, dnsSettings } from './audited';
import { type Finding, finding } from './finding-catalogue';
import { sinceOf } from './news';

/** Judges what SES signs with. @param isProved whether DNS has the record */
export function judgeSigning(
  audited: Audited,
  selector: string,
  state: SigningState | null,
  isProved: boolean,
): Finding[] {
  const { world, ledger } = audited;
  if (state === null)
    return finding(
      'IDENTITY_MISSING',
      `SES no longer has an identity ${ledger.domain}; expected EXTERNAL with selector ${selector}.`,
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
        { facts: { arn: identityArn(ledger, world.environment.schedulerRoleArn) } },
      ),
    );
  if (!state.enabled && (status !== 'FAILED' || doneByPerson(ledger, state) === 'switched-off'))
    findings.push(...finding('SIGNING_OFF', 'Signing is switched off: mail goes out unsigned.'));
  if (status === 'TEMPORARY_FAILURE') findings.push(...judgeLapse(audited, selector, state, isProved));
  else if (status !== 'SUCCESS')
    findings.push(
      ...finding(
        'NOT_VERIFIED',
        `SES has not verified selector ${selector}: expected SUCCESS, found ${status}` +
          `${verificationError === undefined ? '' : ` (${verificationError})`}.${sesSaw(state)}`,
        // An open change is verified or rolled back.
        { severity: status === 'PENDING' && ledger.open !== null ? 'act' : 'urgent', stage: status },
      ),
    );
  return findings;
}

/** Judges a domain for which nothing is in force: SES must not have a selector of this project that was rolled back. */
export function judgeRolledBack({ ledger, state }: Audited): Finding[] {
  if (!state?.enabled || state.selector === undefined) return [];
  const { selector, status } = state;
  const isRolledBack = isOwnSelector(
    ledger.signers.filter(({ stoppedAt }) => stoppedAt !== null),
    state,
  );
  if (!isRolledBack) return [];
  const { baseline } = ledger;
  return finding(
    'SIGNS_AFTER_ROLLBACK',
    `SES has selector ${selector} (${status}), although nothing is in force: its change was rolled back, or its stack was destroyed.`,
    {
      severity: status === 'SUCCESS' ? 'act' : 'urgent',
      stage: status,
      facts: baseline === null ? undefined : { commands: manualCommands(ledger, baseline) },
    },
  );
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
  const code = 'NOT_VERIFIED';
  const begun = iso(seen.length > 0 ? Math.max(...seen) : now);
  const since = sinceOf(last, ledger, { code, stage, since: begun }, now);
  const givesUpAt = iso(Date.parse(since) + SES_VERIFIES_HOURS * HOUR_MS);
  return finding(
    code,
    `SES no longer finds the record of selector ${selector} (${stage}), since ${since}. It gives up at ${givesUpAt} at the ` +
      `earliest, and mail goes out unsigned from then on.${sesSaw(state)}`,
    { facts: { givesUpAt, isBack }, stage, since },
  );
}

function sesSaw({ verification = {} }: SigningState): string {
  const { lastCheckedAt, soaSerial, primaryNameServer } = verification;
  const zone = soaSerial && primaryNameServer ? `, and saw serial ${soaSerial} of ${primaryNameServer}` : '';
  return lastCheckedAt === undefined ? '' : ` It last checked at ${lastCheckedAt}${zone}.`;
}

const UNALIGNED = 'mail passes DMARC by its signature alone';

/** Checks whether SES has the MAIL FROM domain that was deployed, and whether its records are still published. */
export async function checkMailFrom(audited: Audited): Promise<Finding[]> {
  const { state, ledger } = audited;
  if (!state) return [];
  const { mailFrom } = state;
  const changed = ledger.open === null ? judgeMailFrom(ledger.owner?.mailFrom, mailFrom) : [];
  if (mailFrom === undefined) return changed;
  return [
    ...changed,
    ...(mailFrom.status === 'SUCCESS' ? await judgeSpf(audited, mailFrom) : judgeMx(mailFrom)),
  ];
}

type MailFrom = Pick<MailFromState, 'domain' | 'onMxFailure'>;

function judgeMailFrom(wanted?: MailFrom, found?: MailFrom): Finding[] {
  if (wanted === undefined) return [];
  if (wanted.domain === found?.domain && wanted.onMxFailure === found.onMxFailure) return [];
  const format = (each?: MailFrom) => (each ? `${each.domain} (${each.onMxFailure})` : 'none');
  return finding(
    'MAIL_FROM_CHANGED',
    `The MAIL FROM domain is not the one that was deployed: expected ${format(wanted)}, found ${format(found)}.`,
    { severity: found?.onMxFailure === 'reject' ? 'urgent' : 'act', stage: format(found) },
  );
}

/** PENDING is no finding: SES looks for the MX record for the first time. */
function judgeMx({ domain, status, onMxFailure }: MailFromState): Finding[] {
  if (status === 'PENDING') return [];
  const rejects = onMxFailure === 'reject';
  const effect = rejects
    ? 'SES sends no mail of this domain'
    : `mail goes out from amazonses.com: ${UNALIGNED}`;
  return finding(
    'MAIL_FROM_FAILED',
    `SES does not find the MX record of the MAIL FROM domain ${domain} (${status}): ${effect}.`,
    { severity: rejects ? 'urgent' : 'act', stage: status },
  );
}

/** SES itself checks only the MX record. */
async function judgeSpf(audited: Audited, { domain }: MailFromState): Promise<Finding[]> {
  const { world } = audited;
  const spf = readSpf(await findTexts(world.lookUp, dnsSettings(audited), world)(domain));
  if (spf.kind === 'passes') return [];
  const found = `The MAIL FROM domain ${domain} ${spf.problem}: ${UNALIGNED}.`;
  return finding('MAIL_FROM_SPF_GONE', found, { stage: spf.kind });
}

/** Judges who may send as the domain by policies of its identity: whom its stack lets, and not everyone. */
export function judgeSenders({ state, ledger: { owner, open } }: Audited): Finding[] {
  if (!state?.senders || open !== null) return [];
  const { [SENDERS_POLICY]: ours = [], ...others } = state.senders;
  const { accounts = [], organization } = owner?.senders ?? {};
  const wanted = [...accounts, ...(organization === undefined ? [] : [organization])].sort();
  const format = (who: readonly string[]) => who.join(', ') || 'nobody';
  const changed =
    owner === null || ours.join() === wanted.join()
      ? []
      : finding(
          'SENDERS_CHANGED',
          `Who may send as the domain was changed: expected ${format(wanted)}, found ${format(ours)}, by its policy ${SENDERS_POLICY}.`,
          { subject: SENDERS_POLICY, stage: format(ours) },
        );
  const lax = Object.entries(others).flatMap(([name, who]) =>
    who.some(isEveryone)
      ? finding('SENDERS_CHANGED', `The policy ${name} of the identity lets everyone send as the domain.`, {
          subject: name,
        })
      : [],
  );
  return [...changed, ...lax];
}

const isEveryone = (who: string): boolean => /^(\*|everyone but .*?)( \(.*\))?$/.test(who);
