/** Records the selectors with which SES has signed. The record of each must stay as long as its mail is in transit. */
import type { Ledger, Open, Signer, Snapshot, Wanted } from './ledger';

const MOST_SIGNERS = 20;

/** Adds the selector that is set in SES. */
export const asking = (asked: readonly string[], { selector }: Pick<Wanted, 'selector'>): readonly string[] =>
  [...asked.filter((each) => each !== selector), selector].slice(-MOST_SIGNERS);

/** Makes this selector the only one that signs. */
export function signsWithNow(
  signers: readonly Signer[],
  { selector, key: { bucket } }: Pick<Wanted, 'selector' | 'key'>,
  at: number,
): readonly Signer[] {
  const current = signers.find((each) => each.selector === selector && each.stoppedAt === null);
  if (current) return signers;
  const others = stopped(signers, at).filter((each) => each.selector !== selector);
  return [...others, { selector, bucket, since: at, stoppedAt: null }].slice(-MOST_SIGNERS);
}

/** Adds the selector that signed before the first change. */
export function withPrevious(signers: readonly Signer[], { origin, selector }: Snapshot): readonly Signer[] {
  if (origin !== 'EXTERNAL' || selector === undefined) return signers;
  if (signers.some((each) => each.selector === selector)) return signers;
  return [...signers, { selector, since: null, stoppedAt: null }].slice(-MOST_SIGNERS);
}

/** Returns the signers after SES has a change. */
export const signersAfter = (
  { signers }: Ledger,
  { previous, wanted }: Open,
  at: number,
): readonly Signer[] => signsWithNow(withPrevious(signers, previous), wanted, at);

/** Returns the signers at the beginning of a change. SES may have signed with the open change that it takes over. */
export const signersBefore = (ledger: Ledger, { wanted }: Open, at: number): readonly Signer[] =>
  ledger.open === null || ledger.open.wanted.selector === wanted.selector
    ? ledger.signers
    : signersAfter(ledger, ledger.open, at);

/** Returns the signers after a change is undone. A selector with which SES never signed has no mail in transit. */
export function signersAfterRevert(
  ledger: Ledger,
  open: Open,
  hasSigned: boolean,
  at: number,
): readonly Signer[] {
  if (hasSigned) return withRestored(signersAfter(ledger, open, at), open.previous, at);
  const isOther = ({ selector, since }: Signer) =>
    selector !== open.wanted.selector || since === null || since < open.startedAt;
  return withRestored(withPrevious(ledger.signers, open.previous).filter(isOther), open.previous, at);
}

/** Makes the earlier selector sign again; `null` if there was none. */
export const withRestored = (
  signers: readonly Signer[],
  before: Snapshot | null,
  at: number,
): readonly Signer[] =>
  before?.restoration.kind === 'byodkim'
    ? signsWithNow(signers, before.restoration, at)
    : stopped(signers, at);

const stopped = (signers: readonly Signer[], at: number): readonly Signer[] =>
  signers.map((each) => (each.stoppedAt === null ? { ...each, stoppedAt: at } : each));
