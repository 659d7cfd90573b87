import type { SigningState } from '../aws/email-identity';
import { type Finding, finding } from './finding-catalogue';

/** Whether SES still finds the MX record of the MAIL FROM domain. While it looks for it the first time nothing is wrong. */
export function judgeMailFrom(state: SigningState | null | undefined): Finding[] {
  const { domain, status, onMxFailure } = state?.mailFrom ?? {};
  if (status !== 'FAILED' && status !== 'TEMPORARY_FAILURE') return [];
  const effect =
    onMxFailure === 'reject'
      ? 'SES sends no mail of this domain'
      : 'mail goes out from amazonses.com and passes DMARC by its signature alone';
  return finding(
    'MAIL_FROM_FAILED',
    `SES does not find the MX record of the MAIL FROM domain ${domain} (${status}): ${effect}.`,
    { severity: onMxFailure === 'reject' ? 'urgent' : 'act', stage: status },
  );
}
