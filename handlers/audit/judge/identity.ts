/** Judges the identity of a domain in SES: its signing state and its MAIL FROM domain. */

import type { MailFromState, SigningState } from '../../aws/email-identity';
import { identityArn } from '../../aws/identity-name';
import { HOUR_MS, iso } from '../../clock';
import { SES_VERIFIES_HOURS } from '../../contract/contract';
import { isOwnSelector, restores } from '../../ledger/ownership';
import { doneByPerson } from '../../ledger/seen';
import { signsWith } from '../../ledger/signing-state';
import { readSpf } from '../../mail-domain/spf';
import { findTexts } from '../../mail-domain/texts';
import { manualCommands } from '../../notices/aws-commands';
import type { LastLook } from '../../words/findings';
import { type Finding, finding } from '../findings/finding';
import { sinceOf } from '../findings/news';
import { type Audited, dnsSettings } from '../run/audited';

/** Judges the signing state of SES, and whether the domain may send. @param isProved whether DNS has the record */
export function judgeSigning(
  audited: Audited,
  selector: string,
  state: SigningState | null,
  isProved: boolean,
): Finding[] {
  const findings = judgeState(audited, selector, state, isProved);
  if (state?.verifiedForSending !== false) return findings;
  return [
    ...findings,
    finding('MAY_NOT_SEND', { selector: state.selector ?? selector, status: state.status }),
  ];
}

function judgeState(
  audited: Audited,
  selector: string,
  state: SigningState | null,
  isProved: boolean,
): Finding[] {
  const { world, ledger } = audited;
  if (state === null) return [finding('IDENTITY_MISSING', { domain: ledger.domain, selector })];
  const { origin, status, verificationError } = state;
  if (!signsWith(state, selector)) {
    const found = { origin, selector: state.selector, status };
    const stage = [origin, state.selector, lastSetBy(audited)].join(' ');
    return [finding('DRIFT', { expected: selector, found }, { stage, since: iso(audited.now) })];
  }
  const findings: Finding[] = [];
  if (state.managed === false)
    findings.push(finding('NOT_TAGGED', { arn: identityArn(ledger, world.environment.schedulerRoleArn) }));
  if (!state.enabled && (status !== 'FAILED' || doneByPerson(ledger, state) === 'switched-off'))
    findings.push(finding('SIGNING_OFF', {}, { stage: lastSetBy(audited), since: iso(audited.now) }));
  if (status === 'TEMPORARY_FAILURE') findings.push(judgeLapse(audited, selector, state, isProved));
  else if (status !== 'SUCCESS')
    findings.push(
      finding(
        'NOT_VERIFIED',
        { selector, status, verificationError, lastLook: lastLook(state) },
        // An open change will be verified or rolled back.
        { severity: status === 'PENDING' && ledger.open !== null ? 'act' : 'urgent', stage: status },
      ),
    );
  return findings;
}

/** Returns the last change that SES was seen with. A deviation that reappears after it counts as a new one. */
const lastSetBy = ({ ledger: { history } }: Audited): string =>
  history.findLast(({ event }) => event === 'applied' || event === 'confirmed')?.transaction ?? '';

/** Judges a domain without a state in force, for which SES must not have a selector of this project that was rolled back. */
export function judgeRolledBack({ ledger, state }: Audited): Finding[] {
  if (!state?.enabled || state.selector === undefined) return [];
  const { selector, status } = state;
  const { baseline } = ledger;
  if (!isOwnSelector(ledger, state) || restores(baseline, selector)) return [];
  const commands = baseline === null ? [] : manualCommands(ledger, baseline);
  const severity = status === 'SUCCESS' ? 'act' : 'urgent';
  return [finding('SIGNS_AFTER_ROLLBACK', { selector, status, commands }, { severity, stage: status })];
}

/** Judges a record that SES has verified and no longer finds: SES signs for three more days and then gives up. */
function judgeLapse(
  { ledger, memory: { last }, now }: Audited,
  selector: string,
  state: SigningState,
  isBack: boolean,
): Finding {
  const { status: stage, verification } = state;
  // Time at which the record was last seen or, if that is unknown, the earliest possible time.
  const seen = [verification?.lastSuccessAt, last.wholeAt].flatMap((at) => (at ? [Date.parse(at)] : []));
  const code = 'NOT_VERIFIED';
  const begun = iso(seen.length > 0 ? Math.max(...seen) : now);
  const since = sinceOf(last, ledger, { code, stage, since: begun }, now);
  const givesUpAt = iso(Date.parse(since) + SES_VERIFIES_HOURS * HOUR_MS);
  const facts = {
    selector,
    status: stage,
    lastLook: lastLook(state),
    lapse: { since, givesUpAt, isOver: Date.parse(givesUpAt) <= now, isBack },
  };
  return finding(code, facts, { stage, since });
}

function lastLook({ verification = {} }: SigningState): LastLook {
  const { lastCheckedAt, soaSerial, primaryNameServer } = verification;
  return { lastCheckedAt, soaSerial, primaryNameServer };
}

/** Checks whether SES has the deployed MAIL FROM domain, and whether its records are still published. */
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
  const expected = { domain: wanted.domain, onMxFailure: wanted.onMxFailure };
  if (found === undefined)
    return [finding('MAIL_FROM_CHANGED', { expected, found: null }, { severity: 'act', stage: 'none' })];
  const { domain, onMxFailure } = found;
  const severity = onMxFailure === 'reject' ? 'urgent' : 'act';
  const facts = { expected, found: { domain, onMxFailure } };
  return [finding('MAIL_FROM_CHANGED', facts, { severity, stage: `${domain} (${onMxFailure})` })];
}

/** PENDING is not a finding, since SES is looking for the MX record for the first time. */
function judgeMx({ domain, status, onMxFailure }: MailFromState): Finding[] {
  if (status === 'PENDING') return [];
  const severity = onMxFailure === 'reject' ? 'urgent' : 'act';
  return [finding('MAIL_FROM_FAILED', { domain, status, onMxFailure }, { severity, stage: status })];
}

/** SES itself checks only the MX record. */
async function judgeSpf(audited: Audited, { domain }: MailFromState): Promise<Finding[]> {
  const { world } = audited;
  const spf = readSpf(await findTexts(world.lookUp, dnsSettings(audited), world)(domain));
  if (spf.kind === 'passes') return [];
  return [finding('MAIL_FROM_SPF_GONE', { domain, problem: spf.problem }, { stage: spf.kind })];
}
