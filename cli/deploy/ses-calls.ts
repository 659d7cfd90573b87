/** Counts how often one run of an engine asks SES for an identity, its most frequent call (docs/architecture.md). */
import type { AppliedState } from './applied-state';
import type { PlannedChange } from './engine';

const IDENTITY = /^aws_sesv2_email_identity/;
const SIGNING = /^aws_lambda_invocation\.\w+_Signing_[0-9A-F]{8}$/;

/** Counts the calls of a plan: the provider reads each part of an identity, and the inspection reads it once. */
export const callsOfPlan = (state: AppliedState | undefined): number =>
  state === undefined || state.resources.length === 0
    ? 0
    : 1 + state.resources.filter((address) => IDENTITY.test(address)).length;

/** Counts the calls of an apply: the provider reads what it made; `Signing` reads around its Put, and before a rollback. */
export const callsOfApply = (changes: readonly PlannedChange[]): number =>
  changes.reduce((sum, { address, action }) => {
    if (IDENTITY.test(address)) return sum + (action === 'delete' ? 0 : 1);
    return SIGNING.test(address) ? sum + (action === 'delete' ? 1 : 2) : sum;
  }, 0);
