import { describeSpf, describeUnread, type SpfProblem, type UnreadTexts } from './gate';

export type Policy = 'none' | 'quarantine' | 'reject';

/** The policy that receivers apply to mail from a domain. */
export interface DmarcPolicy {
  /** The domain whose `_dmarc` record has it. */
  readonly recordDomain: string;
  /** The receiver's treatment of mail that fails; `t=y` weakens the published policy by one step. */
  readonly applied: Policy;
  /** The tag of the policy: `sp` if the record belongs to a domain above. */
  readonly tag: 'p' | 'sp';
  readonly published: Policy;
  /** Whether SPF counts only for the same domain (`aspf=s`). */
  readonly strictSpf: boolean;
}

/** Reason why no unsigned mail passes DMARC by SPF. */
export type WithoutSpf =
  /** SES has no MAIL FROM domain, or SES was not asked for it. */
  | { readonly kind: 'no-mail-from' | 'mail-from-not-asked' }
  | { readonly kind: 'not-verified'; readonly status: string }
  | { readonly kind: 'not-aligned'; readonly strict: boolean }
  | { readonly kind: 'spf'; readonly problem: SpfProblem };

/** The record that could not be read. */
export type UnreadPart =
  | { readonly kind: 'dmarc' | 'mail-from' }
  | { readonly kind: 'spf'; readonly domain: string };

/** The receivers' treatment of mail that is not signed as its domain, with the reason. */
export type UnsignedReason =
  | { readonly outcome: 'passes' }
  | { readonly outcome: 'unknown'; readonly unread: UnreadPart; readonly problem: UnreadTexts | string }
  /** No valid policy. */
  | { readonly outcome: 'bulk-refused'; readonly policy: null }
  | {
      readonly outcome: 'bulk-refused' | 'quarantined' | 'rejected';
      readonly policy: DmarcPolicy;
      /** The domain in the mail's From header. */
      readonly domain: string;
      readonly withoutSpf: WithoutSpf;
    };

const OUTCOMES = {
  'bulk-refused': 'refused by Gmail and Outlook from bulk senders',
  quarantined: 'quarantined',
  rejected: 'rejected',
} as const;

/** Formats the tag of a policy, e.g. `sp=reject of example.com (lowered by t=y)`. */
const formatTag = ({ tag, published, applied, recordDomain }: DmarcPolicy, domain: string): string =>
  `${tag}=${published}${recordDomain === domain ? '' : ` of ${recordDomain}`}` +
  `${applied === published ? '' : ' (lowered by t=y)'}`;

/** Formats the reason why no mail passes by SPF; continues the policy. */
function spfWords(why: WithoutSpf): string {
  switch (why.kind) {
    case 'mail-from-not-asked':
      return ', unless a MAIL FROM domain passes SPF';
    case 'no-mail-from':
      return ' and no aligned SPF';
    case 'not-verified':
      return ` and SES has not verified the MAIL FROM domain (${why.status})`;
    case 'not-aligned':
      return ` and SPF of the MAIL FROM domain is not aligned${why.strict ? ' (aspf=s)' : ''}`;
    case 'spf':
      return ` and the MAIL FROM domain ${describeSpf(why.problem)}`;
  }
}

function partWords(part: UnreadPart): string {
  switch (part.kind) {
    case 'dmarc':
      return 'DMARC';
    case 'mail-from':
      return 'the MAIL FROM domain in SES';
    case 'spf':
      return `SPF of ${part.domain}`;
  }
}

/** What happens to mail while SES has not verified the key of its domain; continues "mail is". */
export const UNVERIFIED_MAIL = 'signed as amazonses.com, or refused by SES; nobody has seen which';

/** Warns before SES gets a key of a domain that may send. The way without a gap comes first. */
export const BEFORE_A_PUT =
  'If the domain sends, send from a second region meanwhile (docs/adoption.md, section 6): then no mail is at risk. ' +
  `Otherwise, until SES has verified the key, which took users five minutes to an hour, mail is ${UNVERIFIED_MAIL}.`;

/** What happens to that mail once SES has said whether the domain may send; continues "mail is". */
export const unverifiedMail = (verifiedForSending: boolean | undefined): string =>
  verifiedForSending === false ? 'refused by SES, which does not let the domain send' : UNVERIFIED_MAIL;

/** Formats the receivers' treatment of unsigned mail, e.g. `rejected: p=reject and no aligned SPF`; continues "it is". */
export function describeUnsigned(reason: UnsignedReason): string {
  if (reason.outcome === 'passes') return 'passes DMARC by SPF';
  if (reason.outcome === 'unknown') {
    const { unread, problem } = reason;
    return `not known: ${partWords(unread)} could not be read: ${typeof problem === 'string' ? problem : describeUnread(problem)}`;
  }
  if (reason.policy === null) return `${OUTCOMES[reason.outcome]}: no valid DMARC policy`;
  const { outcome, policy, domain, withoutSpf } = reason;
  return `${OUTCOMES[outcome]}: ${formatTag(policy, domain)}${spfWords(withoutSpf)}`;
}
