import type { MailFromState } from '../aws/email-identity';
import type { DmarcPolicy, UnreadPart, UnsignedReason, WithoutSpf } from '../words/unsigned-mail';
import { type Dmarc, isAligned, readDmarc } from './dmarc';
import { readSpf } from './spf';
import { type FindTexts, TextsUnread } from './texts';

/**
 * The receivers' treatment of mail that is not signed as its domain, as it is sent while SES verifies a change. SES signs it
 * only as `amazonses.com`, so it passes DMARC only by SPF of an aligned MAIL FROM domain.
 */
export interface UnsignedMail {
  /**
   * `bulk-refused`: the policy lets it pass, but Gmail and Outlook refuse it from senders of about 5,000 a day, from whom they
   * require a valid DMARC policy, `p=none` at least, and mail that passes DMARC. Yahoo requires the same of bulk senders, names
   * no number, and does not publish that it refuses.
   */
  readonly outcome: UnsignedReason['outcome'];
  readonly why: UnsignedReason;
  /** `null`: no valid policy. Absent if it could not be read. */
  readonly policy?: DmarcPolicy | null;
  /** The MAIL FROM domain in SES; absent if it makes no difference. */
  readonly mailFrom?: string;
}

const OUTCOMES = { none: 'bulk-refused', quarantine: 'quarantined', reject: 'rejected' } as const;

type Known = Pick<UnsignedMail, 'policy' | 'mailFrom'>;

const unsigned = (why: UnsignedReason, known: Known): UnsignedMail => ({
  outcome: why.outcome,
  why,
  ...known,
});

/** Reads the MAIL FROM domain in SES; undefined for SES's own, which is never aligned. */
export type FindMailFrom = () => Promise<Pick<MailFromState, 'domain' | 'status'> | undefined>;

/**
 * Reads DMARC, and the MAIL FROM domain in SES and DNS. Never rejects; values that cannot be read are unknown.
 * @param findMailFrom `null`: SES is not asked
 */
export async function findUnsignedMail(
  domain: string,
  findMailFrom: FindMailFrom | null,
  find: FindTexts,
): Promise<UnsignedMail> {
  let unread: UnreadPart = { kind: 'dmarc' };
  let known: Known = {};
  try {
    const dmarc = await readDmarc(domain, find);
    const { policy } = dmarc;
    known = { policy };
    if (policy === null) return unsigned({ outcome: 'bulk-refused', policy }, known);
    const refused = (withoutSpf: WithoutSpf, more?: Known): UnsignedMail =>
      unsigned({ outcome: OUTCOMES[policy.applied], policy, domain, withoutSpf }, { policy, ...more });
    if (findMailFrom === null) return refused({ kind: 'mail-from-not-asked' });
    unread = { kind: 'mail-from' };
    const mailFrom = await findMailFrom();
    if (mailFrom === undefined) return refused({ kind: 'no-mail-from' });
    unread = { kind: 'spf', domain: mailFrom.domain };
    const problem = await spfProblem(mailFrom, domain, dmarc, find);
    const more = { policy, mailFrom: mailFrom.domain };
    return problem === undefined ? unsigned({ outcome: 'passes' }, more) : refused(problem, more);
  } catch (error) {
    const problem = error instanceof TextsUnread ? error.facts : (error as Error).message;
    return unsigned({ outcome: 'unknown', unread, problem }, known);
  }
}

/** Returns the reason why mail does not pass DMARC by SPF of a MAIL FROM domain, or undefined if it does. */
async function spfProblem(
  { domain: mailFrom, status }: Pick<MailFromState, 'domain' | 'status'>,
  domain: string,
  dmarc: Dmarc,
  find: FindTexts,
): Promise<WithoutSpf | undefined> {
  if (status !== 'SUCCESS') return { kind: 'not-verified', status };
  if (!(await isAligned(mailFrom, domain, dmarc, find)))
    return { kind: 'not-aligned', strict: dmarc.policy?.strictSpf === true };
  const spf = readSpf(await find(mailFrom));
  return spf.kind === 'passes' ? undefined : { kind: 'spf', problem: spf.problem };
}
