import { DAY_MS, dayFrom, iso } from '../clock';
import { MINIMUM_OVERLAP_DAYS } from '../contract/contract';
import type { SigningRequest } from '../contract/input/event';
import type { KeyReference } from '../keys/stored-key';
import type { ChangeAttempt, ChangeResult, Snapshot } from '../ledger/ledger';
import type { ConfirmedChange } from '../ledger/results';
import type { Warning } from '../words/results';

export interface Ending {
  readonly status: string;
  readonly origin: string;
  readonly changed: boolean;
  readonly warnings: readonly Warning[];
  readonly unverifiedSeconds?: number;
  readonly verifiedForSending?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly revertsAt?: number;
  /** The earlier state of SES, if it was changed. */
  readonly previous?: Snapshot;
}

/** Makes the answer to a change. The old runbook's fields come first, in its order. */
export const changeResult = (
  now: number,
  { transaction, source, request }: ChangeAttempt,
  key: KeyReference,
  ending: Ending,
): ChangeResult => ({
  statusCode: 200,
  message: { kind: ending.status === 'SUCCESS' ? 'verified' : 'pending' },
  domain: request.domain,
  selector: request.selector,
  final_dkim_status: ending.status,
  signing_origin: ending.origin,
  timestamp: iso(now),
  automation_type: source === 'terraform' ? 'terraform' : 'lambda_extension',
  transaction,
  changed: ending.changed,
  fingerprint: key.fingerprint,
  key_version: key.versionId || undefined,
  unverified_seconds: ending.unverifiedSeconds,
  verified_for_sending: ending.verifiedForSending,
  reverts_at: ending.revertsAt === undefined ? undefined : iso(ending.revertsAt),
  retiring: retiringOf(ending.previous, request, now),
  warnings: ending.warnings,
});

function retiringOf(
  previous: Snapshot | undefined,
  { selector, rotation }: SigningRequest,
  now: number,
): ChangeResult['retiring'] {
  const before = previous?.restoration;
  if (before?.kind !== 'byodkim' || before.selector === selector) return undefined;
  const { overlapDays = MINIMUM_OVERLAP_DAYS } = rotation ?? {};
  return { selector: before.selector, until: dayFrom(now + overlapDays * DAY_MS) };
}

/** Adds the confirmation to an answer: the change stays, or it waits for SES. */
export function withEnding(
  { reverts_at: _, ...result }: ChangeResult,
  status: string,
  { verified, warnings, ...waiting }: ConfirmedChange,
): ChangeResult {
  return {
    ...result,
    final_dkim_status: status,
    message: verified ? { kind: 'verified' } : { kind: 'pending', revertsAt: waiting.reverts_at },
    ...waiting,
    warnings: [...result.warnings, ...warnings],
  };
}
