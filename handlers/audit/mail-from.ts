import type { MailFromState } from '../aws/email-identity';
import type { Owner } from '../ledger/ledger';
import { readSpf } from '../mail-domain/spf';
import { findTexts } from '../mail-domain/texts';
import { type Audited, type Checked, dnsSettings } from './audited';
import { type Finding, finding } from './finding-catalogue';

const UNALIGNED = 'mail passes DMARC by its signature alone';

/** Checks whether SES has the MAIL FROM domain that was deployed, and whether its records are still published. */
export async function checkMailFrom(audited: Audited): Promise<Checked> {
  const { state, ledger } = audited;
  const mailFrom = state?.mailFrom;
  const { owner, open } = ledger;
  const findings: Finding[] = state && open === null ? judgeChanged(owner?.mailFrom, mailFrom) : [];
  if (mailFrom?.status === 'SUCCESS') findings.push(...(await judgeSpf(audited, mailFrom)));
  else findings.push(...judgeMx(mailFrom));
  return { findings };
}

function judgeChanged(wanted: Owner['mailFrom'], found: MailFromState | undefined): Finding[] {
  if (wanted === undefined) return [];
  if (wanted.domain === found?.domain && wanted.onMxFailure === found.onMxFailure) return [];
  const format = (each?: Pick<MailFromState, 'domain' | 'onMxFailure'>) =>
    each ? `${each.domain} (${each.onMxFailure})` : 'none';
  return finding(
    'MAIL_FROM_CHANGED',
    `The MAIL FROM domain is not the one that was deployed: expected ${format(wanted)}, found ${format(found)}.`,
    { severity: found?.onMxFailure === 'reject' ? 'urgent' : 'act', stage: format(found) },
  );
}

/** PENDING is no finding: SES looks for the MX record for the first time. */
function judgeMx({ domain, status, onMxFailure }: Partial<MailFromState> = {}): Finding[] {
  if (status !== 'FAILED' && status !== 'TEMPORARY_FAILURE') return [];
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
  const find = findTexts(world.lookUp, dnsSettings(audited), { remainingMs: () => world.remainingMs() });
  const spf = readSpf(await find(domain));
  if (spf.kind === 'passes') return [];
  const found = `The MAIL FROM domain ${domain} ${spf.problem}: ${UNALIGNED}.`;
  return finding('MAIL_FROM_SPF_GONE', found, { stage: spf.kind });
}
