/**
 * Counts the calls of `GetEmailIdentity`. A run of an engine calls no other operation of SES as often, and SES limits each
 * operation on its own.
 */

/** A stack that is or was deployed, with the addresses of its resources. */
interface Deployed {
  readonly resources: readonly string[];
}

/** A change of one resource in a plan. */
interface Change {
  readonly address: string;
  readonly action: string;
}

/** Numbers of reads of an identity in a run. docs/architecture.md has the same table. */
export const SES_READS = {
  /** A plan: the provider, the identity. */
  planOfIdentity: 1,
  /** A plan: the provider, MAIL FROM and feedback each. */
  planOfSetting: 1,
  /** A plan: `Inspection`, once something is deployed. */
  inspection: 1,
  /** An apply: the provider, the identity, MAIL FROM and feedback each, if made or changed. */
  applyOfPart: 1,
  /** An apply: `Signing`, before its Put and after it. */
  signing: 2,
  /** An apply: `Confirmation`, if SES has just verified. */
  confirmation: 0,
  /** An apply: `Confirmation`, otherwise. */
  confirmationLater: 1,
  /** A destroy: `Baseline`, before it rolls back. */
  rollback: 1,
  /** A check of one entry, as in `status` or while a deploy waits for SES. */
  status: 1,
} as const satisfies Readonly<Record<string, number>>;

/** Address of the identity, as a resource or a data source. */
const IDENTITY = /^(?:data\.)?aws_sesv2_email_identity\./;
/** Settings of the identity with their own resources, which are read with the identity. */
const SETTING = /^aws_sesv2_email_identity_(?:mail_from|feedback)_attributes\./;
const SIGNING = /^aws_lambda_invocation\.\w+_Signing_[0-9A-F]{8}$/;
const BASELINE = /^aws_lambda_invocation\.\w+_Baseline_[0-9A-F]{8}$/;

/** Returns the reads of a plan. An identity that the stack does not manage is read by a data source. */
export function readsOfPlan(state: Deployed | undefined): number {
  if (state === undefined || state.resources.length === 0) return 0;
  const settings = state.resources.filter((address) => SETTING.test(address)).length;
  return SES_READS.inspection + SES_READS.planOfIdentity + settings * SES_READS.planOfSetting;
}

/** Returns the reads of an apply, if SES verifies in time: `Confirmation` reads only if it does not. */
export const readsOfApply = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + readsOfChange(change), 0);

function readsOfChange({ address, action }: Change): number {
  const isDelete = action === 'delete';
  if (BASELINE.test(address)) return isDelete ? SES_READS.rollback : 0;
  if (isDelete) return 0;
  if (SIGNING.test(address)) return SES_READS.signing + SES_READS.confirmation;
  return IDENTITY.test(address) || SETTING.test(address) ? SES_READS.applyOfPart : 0;
}
