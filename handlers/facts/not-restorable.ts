import type { UnprovedRecord } from './gate';

/** Reason why a prior state cannot be restored. */
export type NotRestorable =
  /** It is deterministic Easy DKIM, or has another origin that the API cannot set. */
  | { readonly kind: 'replica' | 'origin'; readonly origin: string }
  /** SES shows no selector for its BYODKIM key. */
  | { readonly kind: 'no-selector' }
  /** The selector stays the same, and its record is not of the key that SES has. */
  | { readonly kind: 'other-key'; readonly selector: string; readonly fingerprint: string }
  | { readonly kind: 'unproved'; readonly selector: string; readonly record: UnprovedRecord }
  /** `place` is the expected place of its private key. */
  | { readonly kind: 'no-key'; readonly selector: string; readonly place: string }
  | { readonly kind: 'unusable-key'; readonly selector: string; readonly problem: string }
  /** The key in the ledger was removed or overwritten since. */
  | { readonly kind: 'key-gone' | 'key-overwritten'; readonly place: string };
