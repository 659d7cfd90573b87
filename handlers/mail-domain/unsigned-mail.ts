import type { MailFromState } from '../aws/email-identity';
import { type DmarcPolicy, isAligned, readDmarc } from './dmarc';
import { findSpf } from './spf';
import type { FindTexts } from './texts';

/** What receivers do with unsigned mail of a domain, as it goes out while SES verifies a change. */
export interface UnsignedMail {
  readonly outcome: 'passes' | 'delivered' | 'quarantined' | 'rejected' | 'unknown';
  /** e.g. `rejected: p=reject and no aligned SPF`. */
  readonly inWords: string;
  /** `null`: no policy. Absent if it could not be read. */
  readonly policy?: DmarcPolicy | null;
  /** The MAIL FROM domain that SES has; absent if it makes no difference. */
  readonly mailFrom?: string;
}

const OUTCOMES = { none: 'delivered', quarantine: 'quarantined', reject: 'rejected' } as const;

/** Reads the MAIL FROM domain that SES has; undefined: SES's own, which is never aligned. */
export type FindMailFrom = () => Promise<Pick<MailFromState, 'domain' | 'status'> | undefined>;

/**
 * Reads DMARC and, if the policy affects mail, what SES and DNS have of the MAIL FROM domain. Never rejects: what cannot be
 * read is unknown.
 * @param findMailFrom `null`: SES is not asked
 */
export async function findUnsignedMail(
  domain: string,
  findMailFrom: FindMailFrom | null,
  find: FindTexts,
): Promise<UnsignedMail> {
  let reading = 'DMARC';
  let known: Pick<UnsignedMail, 'policy'> = {};
  try {
    const dmarc = await readDmarc(domain, find);
    if ('problem' in dmarc) throw new Error(dmarc.problem);
    const { policy } = dmarc;
    known = { policy };
    if (policy === null) return { outcome: 'delivered', inWords: 'delivered: no DMARC policy', policy };
    const outcome = OUTCOMES[policy.applied];
    const inWords = `${outcome}: ${formatTag(policy, domain)}`;
    if (outcome === 'delivered') return { outcome, inWords, policy };
    if (findMailFrom === null)
      return { outcome, inWords: `${inWords}, unless a MAIL FROM domain passes SPF`, policy };
    reading = 'the MAIL FROM domain that SES has';
    const { domain: mailFrom, status } = (await findMailFrom()) ?? {};
    if (mailFrom === undefined) return { outcome, inWords: `${inWords} and no aligned SPF`, policy };
    const fails = (why: string): UnsignedMail => ({
      outcome,
      inWords: `${inWords} and ${why}`,
      policy,
      mailFrom,
    });
    if (status !== 'SUCCESS')
      return fails(`SES has not verified the MAIL FROM domain ${mailFrom} (${status})`);
    reading = `SPF of ${mailFrom}`;
    if (!(await isAligned(mailFrom, domain, dmarc, find)))
      return fails(`SPF of ${mailFrom} is not aligned${policy.strictSpf ? ' (aspf=s)' : ''}`);
    const spf = await findSpf(mailFrom, find);
    if (spf.kind === 'none') return fails(`${mailFrom} has no SPF record`);
    if (spf.kind === 'invalid') return fails(`${mailFrom} ${spf.problem}`);
    return { outcome: 'passes', inWords: `passes by SPF (${mailFrom})`, policy, mailFrom };
  } catch (error) {
    const problem = `${reading} could not be read: ${(error as Error).message}`;
    return { outcome: 'unknown', inWords: `not known: ${problem}`, ...known };
  }
}

/** Formats the tag that holds a policy, e.g. `sp=reject of example.com (lowered by t=y)`. */
const formatTag = ({ tag, published, applied, recordDomain }: DmarcPolicy, domain: string): string =>
  `${tag}=${published}${recordDomain === domain ? '' : ` of ${recordDomain}`}` +
  `${applied === published ? '' : ' (lowered by t=y)'}`;
