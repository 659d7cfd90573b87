import type { KeyReference } from '../key/key-source';
import type { World } from '../world';
import type { Attempt, ChangeResult } from './ledger';

const COMPLETED = 'SES BYODKIM update completed successfully';
const PENDING =
  'SES BYODKIM update completed; SES has not verified the record yet and goes on trying for up to 72 hours';

export interface Ending {
  readonly status: string;
  readonly origin: string;
  readonly changed: boolean;
  readonly warnings: readonly string[];
  readonly unverifiedSeconds?: number;
  /** Milliseconds since the epoch. */
  readonly revertsAt?: number;
}

/** The answer to a change; the runbook's fields first, as they always were. */
export function changeResult(
  world: World,
  { transaction, source, request }: Attempt,
  key: KeyReference,
  ending: Ending,
): ChangeResult {
  return {
    statusCode: 200,
    message: ending.status === 'SUCCESS' ? COMPLETED : PENDING,
    domain: request.domain,
    selector: request.selector,
    final_dkim_status: ending.status,
    signing_origin: ending.origin,
    timestamp: new Date(world.clock.now()).toISOString(),
    automation_type: source === 'terraform' ? 'terraform' : 'lambda_extension',
    transaction,
    changed: ending.changed,
    fingerprint: key.fingerprint,
    ...(key.versionId && { key_version: key.versionId }),
    ...(ending.unverifiedSeconds !== undefined && { unverified_seconds: ending.unverifiedSeconds }),
    ...(ending.revertsAt !== undefined && { reverts_at: new Date(ending.revertsAt).toISOString() }),
    warnings: ending.warnings,
  };
}
