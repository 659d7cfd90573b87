import { type UnprovedRecord, whyUnproved } from './gate';

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

/** Describes, in a clause, why a prior state cannot be restored. An earlier ledger has the clause itself. */
export function describeNotRestorable(reason: NotRestorable | string): string {
  if (typeof reason === 'string') return reason;
  switch (reason.kind) {
    case 'replica':
      return `${reason.origin} (deterministic Easy DKIM) replicates the key of another region's identity`;
    case 'origin':
      return `signing origin ${reason.origin} cannot be set again through the API`;
    case 'no-selector':
      return 'SES shows no selector for its BYODKIM key';
    case 'other-key':
      return `selector ${reason.selector} already has another key (${reason.fingerprint})`;
    case 'unproved':
      return `selector ${reason.selector} would not verify again: ${whyUnproved(reason.record)}`;
    case 'no-key':
      return `no private key of selector ${reason.selector} exists at ${reason.place}`;
    case 'unusable-key':
      return `the private key of selector ${reason.selector} is not usable: ${reason.problem}`;
    case 'key-gone':
      return `its private key ${reason.place} is gone`;
    case 'key-overwritten':
      return `its private key ${reason.place} is another one now`;
  }
}

/** Returns the advice if DNS alone is to blame, with the command that prints the earlier record. */
export const todoOfNotRestorable = ({
  reason,
}: {
  readonly domain?: string;
  readonly found?: unknown;
  readonly reason: NotRestorable | string;
}): string | undefined =>
  typeof reason === 'string' || reason.kind !== 'unproved' || reason.record.isUnknown === true
    ? undefined
    : `Have the earlier record published again: \`byodkim record <domain> -s ${reason.selector}\` prints it. Then deploy again. ` +
      'To give it up instead: `irreversible: allow`.';
