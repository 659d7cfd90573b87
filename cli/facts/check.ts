import type { StandingState } from './standing';

/** Answers of `check --key-file` about a domain that SES does not verify, by code. */
export interface CheckAnswerFacts {
  /** Whether SES accepts the key in its form. */
  readonly KEY_FORM: {
    readonly form: 'PKCS#1' | 'PKCS#8' | 'public';
    readonly bits: number;
    readonly file: string;
  };
  /** Whether the key matches the published one. */
  readonly KEY_PAIR: { readonly published: 'same-key' | 'other-key' | 'unusable' | 'nothing' | 'unknown' };
  /** Whether every server has the record. */
  readonly EVERY_SERVER: { readonly standing: StandingState };
  /** Reason why SES has not verified the domain. */
  readonly SES_STATUS: { readonly isPublished: boolean };
}

/** The published record cannot verify mail that SES signs. */
export interface RecordNeeded {
  readonly selector: string;
  readonly recordName: string;
  /** Whether some servers have the record. */
  readonly isPartial: boolean;
  readonly standing: StandingState;
}
