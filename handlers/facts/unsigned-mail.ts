/** Defines the treatment of mail that is not signed as its domain. */
import type { SpfProblem } from './gate';

/** A policy of DMARC. */
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
  | { readonly outcome: 'unknown'; readonly unread: UnreadPart; readonly problem: string }
  /** No valid policy. */
  | { readonly outcome: 'bulk-refused'; readonly policy: null }
  | {
      readonly outcome: 'bulk-refused' | 'quarantined' | 'rejected';
      readonly policy: DmarcPolicy;
      /** The domain in the mail's From header. */
      readonly domain: string;
      readonly withoutSpf: WithoutSpf;
    };
