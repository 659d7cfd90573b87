import type { Ledger, Signer, Snapshot } from './ledger';

const LONGEST = 20;

/** SES signs with this selector from now on, and with no other. */
export function signsWithNow(signers: readonly Signer[], selector: string, at: number): readonly Signer[] {
  const current = signers.find((each) => each.selector === selector && each.stoppedAt === null);
  if (current) return signers;
  const others = stopped(signers, at).filter((each) => each.selector !== selector);
  return [...others, { selector, since: at, stoppedAt: null }].slice(-LONGEST);
}

/** None signs any more. */
export const stopped = (signers: readonly Signer[], at: number): readonly Signer[] =>
  signers.map((each) => (each.stoppedAt === null ? { ...each, stoppedAt: at } : each));

/** One that signed before we came is known from the first change on. */
export function withPrevious(signers: readonly Signer[], { origin, selector }: Snapshot): readonly Signer[] {
  if (origin !== 'EXTERNAL' || selector === undefined) return signers;
  if (signers.some((each) => each.selector === selector)) return signers;
  return [...signers, { selector, since: null, stoppedAt: null }].slice(-LONGEST);
}

/** What was before a change signs again. */
export const restored = (
  signers: readonly Signer[],
  { restoration }: Snapshot,
  at: number,
): readonly Signer[] =>
  restoration.kind === 'byodkim' ? signsWithNow(signers, restoration.selector, at) : stopped(signers, at);

/** Whether a revert of the open change, or a destroy, goes back to it. */
export const isWayBack = ({ open, baseline }: Ledger, selector: string): boolean =>
  [open?.previous, baseline].some(
    (each) => each?.restoration.kind === 'byodkim' && each.restoration.selector === selector,
  );
