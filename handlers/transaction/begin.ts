import type { World } from '../world';
import { arm, ownArming, planArming } from './arming';
import {
  type Attempt,
  type LastRevert,
  type Ledger,
  type Open,
  type Owner,
  type Wanted,
  withUndone,
} from './ledger';
import type { Session } from './session';
import type { PriorState } from './snapshot';

/** Who owns the state once this attempt's change is in force. */
export function ownerOf({ owner }: Ledger, { transaction, request }: Attempt, wanted: Wanted): Owner {
  const replaces = owner?.confirmed ? owner.transaction : owner?.replaces;
  return {
    transaction,
    wanted,
    confirmed: false,
    gate: request.gate,
    ...(replaces !== undefined && { replaces }),
    ...(request.driftToken !== undefined && { driftToken: request.driftToken }),
  };
}

/** A direct call changes the state, not the owner. A stack's change that was cut off never came to own anything. */
const ownerBeside = ({ open, owner }: Ledger): Owner | null =>
  open?.phase === 'applied' ? open.owner : owner;

/** What will be changed, what was before, and when it reverts. */
export function planChange(
  world: World,
  ledger: Ledger,
  attempt: Attempt,
  wanted: Wanted,
  prior: PriorState,
): Open {
  // Without a revert of its own, a change that takes over another one leaves that one's armed until it is in force.
  const armed = planArming(world, attempt.request, ledger) ?? ledger.open?.armed;
  return {
    transaction: attempt.transaction,
    source: attempt.source,
    wanted,
    owner: attempt.source === 'terraform' ? ownerOf(ledger, attempt, wanted) : ownerBeside(ledger),
    phase: 'opened',
    previous: prior.snapshot,
    armed: armed ?? null,
    startedAt: world.clock.now(),
  };
}

/**
 * Arms the revert, then writes down what will be changed, so that whoever comes next can finish or undo it. In this
 * order: a schedule that the ledger does not know does nothing, but an open change without a schedule would never end.
 */
export async function begin(session: Session, open: Open, prior: PriorState): Promise<void> {
  const { transaction, wanted } = open;
  const armed = ownArming(session.ledger, open);
  if (armed !== null) await arm(session.services, session.place, armed, transaction);
  await session.save(
    (ledger) => ({
      ...ledger,
      open,
      leaving: open.source === 'terraform' ? null : ledger.leaving,
      lastRevert: takenOver(ledger, open) ?? ledger.lastRevert,
      armings: armed?.number ?? ledger.armings,
      baseline: ledger.baseline ?? prior.snapshot,
    }),
    { event: 'opened', transaction, selector: wanted.selector },
  );
}

/** The engine may still have the `Signing` of a change that ours takes over before it was confirmed. */
function takenOver(ledger: Ledger, { owner, startedAt }: Open): LastRevert | null {
  const before = ledger.open?.owner;
  if (
    !before ||
    before.transaction === owner?.transaction ||
    before.transaction === ledger.owner?.transaction
  )
    return null;
  return withUndone(ledger, before, startedAt);
}
