import type { ErrorFacts } from '../facts/errors';
import type { NotRestorable } from '../facts/not-restorable';
import { whyUnproved } from './gate';

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
}: ErrorFacts['PRIOR_STATE_NOT_RESTORABLE']): string | undefined =>
  typeof reason === 'string' || reason.kind !== 'unproved' || reason.record.isUnknown === true
    ? undefined
    : `Have the earlier record published again: \`byodkim record <domain> -s ${reason.selector}\` prints it. Then deploy again. ` +
      'To give it up instead: `irreversible: allow`.';
