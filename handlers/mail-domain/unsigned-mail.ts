import type { MailFromState } from '../aws/email-identity';
import { type Dmarc, type DmarcPolicy, isAligned, readDmarc } from './dmarc';
import { readSpf } from './spf';
import type { FindTexts } from './texts';

/**
 * What receivers do with mail that is not signed as its domain, as it goes out while SES verifies a change. SES signs it as
 * `amazonses.com` alone, so it passes DMARC only by SPF of an aligned MAIL FROM domain.
 */
export interface UnsignedMail {
  /**
   * `bulk-refused`: the policy lets it pass, but Gmail and Outlook refuse it from senders of about 5,000 a day, from whom they
   * require a valid DMARC policy, `p=none` at least, and mail that passes DMARC. Yahoo requires the same of bulk senders, names
   * no number, and does not publish that it refuses.
   */
  readonly outcome: 'passes' | 'bulk-refused' | 'quarantined' | 'rejected' | 'unknown';
  /** e.g. `rejected: p=reject and no aligned SPF`; the same words for all domains of which the same is true. */
  readonly inWords: string;
  /** `null`: no valid policy. Absent if it could not be read. */
  readonly policy?: DmarcPolicy | null;
  /** The MAIL FROM domain that SES has; absent if it makes no difference. */
  readonly mailFrom?: string;
}

const OUTCOMES = { none: 'bulk-refused', quarantine: 'quarantined', reject: 'rejected' } as const;
const BULK = 'refused by Gmail and Outlook from bulk senders';

/** Reads the MAIL FROM domain that SES has; undefined: SES's own, which is never aligned. */
export type FindMailFrom = () => Promise<Pick<MailFromState, 'domain' | 'status'> | undefined>;

/**
 * Reads DMARC, and what SES and DNS have of the MAIL FROM domain. Never rejects: what cannot be read is unknown.
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
    const { policy } = dmarc;
    known = { policy };
    if (policy === null)
      return { outcome: 'bulk-refused', inWords: `${BULK}: no valid DMARC policy`, policy };
    const outcome = OUTCOMES[policy.applied];
    const inWords = `${outcome === 'bulk-refused' ? BULK : outcome}: ${formatTag(policy, domain)}`;
    if (findMailFrom === null)
      return { outcome, inWords: `${inWords}, unless a MAIL FROM domain passes SPF`, policy };
    reading = 'the MAIL FROM domain that SES has';
    const mailFrom = await findMailFrom();
    if (mailFrom === undefined) return { outcome, inWords: `${inWords} and no aligned SPF`, policy };
    reading = `SPF of ${mailFrom.domain}`;
    const problem = await spfProblem(mailFrom, domain, dmarc, find);
    return problem === undefined
      ? { outcome: 'passes', inWords: 'passes DMARC by SPF', policy, mailFrom: mailFrom.domain }
      : { outcome, inWords: `${inWords} and ${problem}`, policy, mailFrom: mailFrom.domain };
  } catch (error) {
    const problem = `${reading} could not be read: ${(error as Error).message}`;
    return { outcome: 'unknown', inWords: `not known: ${problem}`, ...known };
  }
}

/** Returns why SPF of a MAIL FROM domain does not let mail pass DMARC; undefined if it does. */
async function spfProblem(
  { domain: mailFrom, status }: Pick<MailFromState, 'domain' | 'status'>,
  domain: string,
  dmarc: Dmarc,
  find: FindTexts,
): Promise<string | undefined> {
  if (status !== 'SUCCESS') return `SES has not verified the MAIL FROM domain (${status})`;
  if (!(await isAligned(mailFrom, domain, dmarc, find)))
    return `SPF of the MAIL FROM domain is not aligned${dmarc.policy?.strictSpf ? ' (aspf=s)' : ''}`;
  const spf = readSpf(await find(mailFrom));
  return spf.kind === 'passes' ? undefined : `the MAIL FROM domain ${spf.problem}`;
}

/** Formats the tag that holds a policy, e.g. `sp=reject of example.com (lowered by t=y)`. */
const formatTag = ({ tag, published, applied, recordDomain }: DmarcPolicy, domain: string): string =>
  `${tag}=${published}${recordDomain === domain ? '' : ` of ${recordDomain}`}` +
  `${applied === published ? '' : ' (lowered by t=y)'}`;
