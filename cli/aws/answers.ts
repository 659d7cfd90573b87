import type { AuditAnswer } from '../../handlers/audit/audit';
import type { KeyAnswer } from '../../handlers/dkim-key/create-key';
import type { NotifyAnswer } from '../../handlers/dkim-key/dns-team';
import type { RecordAnswer } from '../../handlers/dkim-key/show-record';
import type { DrillAnswer } from '../../handlers/drill/drill';
import type { known } from '../../handlers/inspection/known';
import type { status } from '../../handlers/inspection/status';
import type { ChangeResult } from '../../handlers/ledger/ledger';
import type { confirmByHand } from '../../handlers/transaction/confirm';
import type { Reverted } from '../../handlers/transaction/revert';

/** What the function answers to each action: its own types, so that the two ends cannot drift apart. */
export interface Answers {
  readonly audit: AuditAnswer;
  readonly confirm: Awaited<ReturnType<typeof confirmByHand>>;
  readonly createKey: KeyAnswer;
  readonly drill: DrillAnswer;
  readonly known: Awaited<ReturnType<typeof known>>;
  readonly notifyDnsTeam: NotifyAnswer;
  readonly record: RecordAnswer;
  readonly revert: Reverted;
  readonly status: Awaited<ReturnType<typeof status>>;
  readonly update: ChangeResult;
}
