import type { SigningState } from '../aws/email-identity';
import {
  type ChangeAttempt,
  currentOwner,
  isSetInSes,
  isWaiting,
  type Ledger,
  type Open,
  type Wanted,
} from '../ledger/ledger';
import { isAsWanted, isInStep, signsWith } from '../ledger/signing-state';

/** Decision about an attempt, before anything is done. */
export type Decision =
  /** SES already has the state, verified: nothing is written to SES, and the ledger adopts the state. */
  | { readonly kind: 'adopt' }
  /** This attempt has already ended, and its answer was lost. */
  | { readonly kind: 'repeat' }
  /** This attempt is in force, done or not yet. */
  | { readonly kind: 'in-force' }
  | {
      readonly kind: 'change';
      /** Whether SES must be written to. */
      readonly put: boolean;
      /** Whether it was confirmed before, so that it need not be confirmed again. */
      readonly confirmsItself: boolean;
    };

/** @param state with the selector that is known, if SES shows none. */
export function decide(
  ledger: Ledger,
  state: SigningState,
  attempt: ChangeAttempt,
  wanted: Wanted,
): Decision {
  const { open } = ledger;
  const owners = [currentOwner(ledger), ledger.owner];
  const own = owners.find((owner) => owner?.transaction === attempt.transaction) ?? null;
  const confirmsItself = own?.confirmed === true;
  if (open !== null)
    return isRepeated(open, attempt, wanted) && isInStep(state, wanted)
      ? { kind: 'repeat' }
      : { kind: 'change', put: !isInPlace(open, ledger.inForce, state, wanted), confirmsItself };
  if (isAsWanted(state, wanted, knownFingerprint(ledger, wanted))) return { kind: 'adopt' };
  if (own !== null && isInStep(state, wanted)) return { kind: 'in-force' };
  return { kind: 'change', put: true, confirmsItself };
}

/** Checks whether this attempt was made before. A direct call has a new id each time, so its key is compared. */
const isRepeated = (open: Open, { transaction, source }: ChangeAttempt, wanted: Wanted): boolean =>
  isSetInSes(open) &&
  open.wanted.key.fingerprint === wanted.key.fingerprint &&
  open.wanted.selector === wanted.selector &&
  (open.transaction === transaction || (source === 'direct' && open.source === 'direct' && isWaiting(open)));

/** Returns the key that SES has for this selector, as far as we set it ourselves. */
const knownFingerprint = ({ inForce }: Ledger, { selector }: Wanted): string | undefined =>
  inForce?.selector === selector ? inForce.key.fingerprint : undefined;

/**
 * Checks whether SES already has the key from a change that was not done yet, so that no Put is needed. If the selector was in
 * use before, the result of an attempt that was cut off is unknown, since SES may still verify the earlier key.
 */
function isInPlace(open: Open, inForce: Wanted | null, state: SigningState, wanted: Wanted): boolean {
  if (!isSetInSes(open) && mayHaveEarlierKey(open, wanted.selector)) return false;
  const known = [open.wanted, inForce].find((each) => each?.selector === wanted.selector);
  return known != null && isAsWanted(state, wanted, known.key.fingerprint);
}

const mayHaveEarlierKey = ({ wanted, previous }: Open, selector: string): boolean =>
  wanted.selector === selector && signsWith(previous, selector);
