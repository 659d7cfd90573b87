import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import { describeUnsigned } from '../../handlers/words/unsigned-mail';

/** Clause for an unknown MAIL FROM domain of an identity. */
export const SES_NOT_ASKED = 'SES was not asked';

/** Returns the receivers' treatment of unsigned mail for scripts, with its reason in words. */
export const unsignedAsData = (mail: UnsignedMail): UnsignedMail & { readonly inWords: string } => ({
  ...mail,
  inWords: describeUnsigned(mail.why),
});

/** Formats the receivers' treatment of unsigned mail as a caution; no text if every receiver delivers it. */
export function unsignedMailWords(mail: UnsignedMail | undefined): string[] {
  if (mail === undefined || mail.outcome === 'passes') return [];
  const what = mail.outcome === 'unknown' ? 'Whether receivers deliver mail' : 'Mail';
  return [
    `${what} that is not signed as its domain, if SES sends it while it verifies, is ${describeUnsigned(mail.why)}.${todo(mail)}`,
  ];
}

function todo({ outcome, policy, mailFrom }: UnsignedMail): string {
  if (policy === null)
    return ' Publish a DMARC record (`p=none` suffices), and set `mailFrom` if it is not set.';
  if (mailFrom !== undefined || outcome === 'unknown') return '';
  return ' Set `mailFrom` first, in a deploy of its own: once SES has verified it, such mail passes DMARC by SPF.';
}
