import type { UnprovedRecord } from './gate';

/** Why a prior state cannot be restored. */
export type NotRestorable =
  /** Of deterministic Easy DKIM, or of an origin that the API cannot set. */
  | { readonly kind: 'replica' | 'origin'; readonly origin: string }
  /** SES shows no selector for its BYODKIM key. */
  | { readonly kind: 'no-selector' }
  /** The selector stays, and its record is of another key than the one that SES has. */
  | { readonly kind: 'other-key'; readonly selector: string; readonly fingerprint: string }
  | { readonly kind: 'unproved'; readonly selector: string; readonly record: UnprovedRecord }
  /** `place`: where its private key should be. */
  | { readonly kind: 'no-key'; readonly selector: string; readonly place: string }
  | { readonly kind: 'unusable-key'; readonly selector: string; readonly problem: string }
  /** The key that the ledger names was removed or overwritten since. */
  | { readonly kind: 'key-gone' | 'key-overwritten'; readonly place: string };
