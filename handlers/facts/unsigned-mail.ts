/** Says what receivers do with mail that is not signed as its domain. */
import type { SpfProblem } from './gate';

/** A policy of DMARC. */
export type Policy = 'none' | 'quarantine' | 'reject';

/** The policy that receivers apply to mail from a domain. */
export interface DmarcPolicy {
  /** The domain whose `_dmarc` record holds it. */
  readonly recordDomain: string;
  /** What a receiver does with mail that fails: `t=y` lowers what is published by one step. */
  readonly applied: Policy;
  /** The tag that it is published in: `sp` if the record is of a domain above. */
  readonly tag: 'p' | 'sp';
  readonly published: Policy;
  /** Whether SPF counts for the very same domain alone (`aspf=s`). */
  readonly strictSpf: boolean;
}

/** Why SPF lets no unsigned mail pass DMARC. */
export type WithoutSpf =
  /** SES has no MAIL FROM domain, or it was not asked whether it has one. */
  | { readonly kind: 'no-mail-from' | 'mail-from-not-asked' }
  | { readonly kind: 'not-verified'; readonly status: string }
  | { readonly kind: 'not-aligned'; readonly strict: boolean }
  | { readonly kind: 'spf'; readonly problem: SpfProblem };

/** What could not be read. */
export type UnreadPart =
  | { readonly kind: 'dmarc' | 'mail-from' }
  | { readonly kind: 'spf'; readonly domain: string };

/** What receivers do with mail that is not signed as its domain, and why. */
export type UnsignedReason =
  | { readonly outcome: 'passes' }
  | { readonly outcome: 'unknown'; readonly unread: UnreadPart; readonly problem: string }
  /** No valid policy. */
  | { readonly outcome: 'bulk-refused'; readonly policy: null }
  | {
      readonly outcome: 'bulk-refused' | 'quarantined' | 'rejected';
      readonly policy: DmarcPolicy;
      /** The domain that the mail is from. */
      readonly domain: string;
      readonly withoutSpf: WithoutSpf;
    };
