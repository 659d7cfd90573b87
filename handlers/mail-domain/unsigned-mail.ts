import { type Dmarc, type DmarcPolicy, isAligned, readDmarc } from './dmarc';
import type { FindTexts } from './texts';

/** What receivers do with mail of a domain that has no signature of ours, as while SES verifies a change. */
export interface UnsignedMail {
  readonly outcome: 'passes' | 'delivered' | 'quarantined' | 'rejected' | 'unknown';
  /** e.g. `rejected: p=reject and no aligned SPF`. */
  readonly inWords: string;
  /** `null`: no policy. Absent: it could not be read. */
  readonly policy?: DmarcPolicy | null;
  /** The MAIL FROM domain, and whether SPF of it counts for the domain. */
  readonly mailFrom?: { readonly domain: string; readonly aligned: boolean };
}

const OUTCOMES = { none: 'delivered', quarantine: 'quarantined', reject: 'rejected' } as const;

/**
 * Reads DMARC, and says what happens to unsigned mail. Never rejects: what cannot be read is unknown.
 * @param mailFrom the MAIL FROM domain that SES uses, whose SPF passes; undefined: SES's own, which is never aligned
 */
export async function findUnsignedMail(
  domain: string,
  mailFrom: string | undefined,
  find: FindTexts,
): Promise<UnsignedMail> {
  try {
    const dmarc = await readDmarc(domain, find);
    const aligned =
      mailFrom !== undefined && !('problem' in dmarc) && (await isAligned(mailFrom, domain, dmarc, find));
    return judge(domain, dmarc, mailFrom === undefined ? undefined : { domain: mailFrom, aligned });
  } catch (error) {
    return judge(domain, { problem: (error as Error).message });
  }
}

function judge(domain: string, dmarc: Dmarc, mailFrom?: UnsignedMail['mailFrom']): UnsignedMail {
  if ('problem' in dmarc)
    return { outcome: 'unknown', inWords: `not known: DMARC could not be read: ${dmarc.problem}` };
  const { policy } = dmarc;
  const known = { policy, ...(mailFrom && { mailFrom }) };
  if (mailFrom?.aligned)
    return { outcome: 'passes', inWords: `passes by SPF (${mailFrom.domain})`, ...known };
  if (policy === null) return { outcome: 'delivered', inWords: 'delivered: no DMARC policy', ...known };
  const outcome = OUTCOMES[policy.applied];
  const spf = mailFrom
    ? `SPF of ${mailFrom.domain} is not aligned${policy.strict.spf ? ' (aspf=s)' : ''}`
    : 'no aligned SPF';
  const why = outcome === 'delivered' ? '' : ` and ${spf}`;
  return { outcome, inWords: `${outcome}: ${tagInWords(policy, domain)}${why}`, ...known };
}

/** e.g. `sp=reject of example.com (lowered by t=y)`. */
const tagInWords = ({ tag, published, recordDomain, testing }: DmarcPolicy, domain: string): string =>
  `${tag}=${published}${recordDomain === domain ? '' : ` of ${recordDomain}`}` +
  `${testing && published !== 'none' ? ' (lowered by t=y)' : ''}`;
