import type { DomainRequest } from '../event';
import type { World } from '../world';
import { changeWithin } from './change';
import type { Attempt, Ledger } from './ledger';
import { isInStep, observe } from './observe';
import { overtaken, refuseOvertaken } from './overtaken';
import { proveKey } from './prove';
import { Session } from './session';
import { confirmOwner, settle } from './settle';

export interface Confirmed {
  readonly statusCode: 200;
  readonly confirmed: true;
  readonly domain: string;
  readonly selector: string;
  readonly transaction: string;
  /** Whether the revert had already fired, so that the change had to be made again. */
  readonly reapplied: boolean;
  readonly warnings: readonly string[];
}

/**
 * The last resource of a stack: everything else is there, so the change stays. Makes sure that it is still in force;
 * where it is not (the revert has fired), goes through the whole change again.
 */
export async function confirm(world: World, attempt: Attempt): Promise<Confirmed> {
  const { request } = attempt;
  const quick = await Session.run(world, request, (session) => confirmInForce(world, session, attempt));
  if (quick !== null) return quick;
  // The gate is asked before the lease is taken again: it may take minutes.
  const services = world.services(request.domain, request.region, world.clock);
  const { found, outcome } = await proveKey(world, services, request);
  return Session.run(world, request, async (session) => {
    refuseNewer(session.ledger, attempt);
    const result = await changeWithin(world, session, attempt, found, outcome.warnings, true);
    return confirmed(attempt, result.changed, result.warnings);
  });
}

/** `null`: it is not in force, and must be made again. */
async function confirmInForce(world: World, session: Session, attempt: Attempt): Promise<Confirmed | null> {
  refuseNewer(session.ledger, attempt);
  refuseOvertaken(session.ledger, attempt);
  const { open, owner } = session.ledger;
  const isOpen = open?.transaction === attempt.transaction && open.phase === 'applied';
  const isOwner = open === null && owner?.transaction === attempt.transaction;
  if (!isOpen && !isOwner) return null;
  const wanted = isOpen ? open.wanted : owner!.wanted;
  if (wanted.selector !== attempt.request.selector) return null;
  if (!isInStep(await observe(session.services.identities, attempt.request), wanted)) return null;
  if (isOpen) return confirmed(attempt, false, await settle(world, session, open));
  await confirmOwner(session, owner!);
  return confirmed(attempt, false, []);
}

/** While a newer attempt is under way, there is nothing of this one to confirm. */
function refuseNewer({ open }: Ledger, attempt: Attempt): void {
  if (open === null || open.source !== 'terraform' || open.transaction === attempt.transaction) return;
  throw overtaken(attempt, open.transaction);
}

const confirmed = (
  { request, transaction }: Attempt,
  reapplied: boolean,
  warnings: readonly string[],
): Confirmed => ({
  statusCode: 200,
  confirmed: true,
  domain: request.domain,
  selector: request.selector,
  transaction,
  reapplied,
  warnings,
});

/** `byodkim confirm`: confirms whatever is open, by hand. */
export async function confirmByHand(world: World, target: DomainRequest) {
  return Session.run(world, target, async (session) => {
    const { open } = session.ledger;
    const answer = { statusCode: 200, domain: target.domain };
    if (open === null)
      return { ...answer, confirmed: false, reason: 'nothing is waiting for a confirmation' };
    if (
      open.phase !== 'applied' ||
      !isInStep(await observe(session.services.identities, target), open.wanted)
    )
      return { ...answer, confirmed: false, reason: 'the change is not in force in SES; deploy again' };
    const warnings = await settle(world, session, open, false);
    return { ...answer, confirmed: true, transaction: open.transaction, warnings };
  });
}
