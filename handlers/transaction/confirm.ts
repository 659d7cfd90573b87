import { ByodkimError } from '../errors';
import type { DomainRequest } from '../event';
import type { World } from '../world';
import { type Attempt, changeWithin } from './change';
import type { Ledger } from './ledger';
import { isInStep, observe } from './observe';
import { proveKey } from './prove';
import { Session } from './session';
import { settle } from './settle';

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
    refuseSuperseded(session.ledger, attempt);
    const result = await changeWithin(world, session, attempt, found, outcome.warnings, true);
    const { open } = session.ledger;
    const left = open?.transaction === attempt.transaction ? await settle(world, session, open) : [];
    return confirmed(attempt, true, [...result.warnings, ...left]);
  });
}

/** `null`: it is not in force, and must be made again. */
async function confirmInForce(world: World, session: Session, attempt: Attempt): Promise<Confirmed | null> {
  refuseSuperseded(session.ledger, attempt);
  const { open, owner } = session.ledger;
  const isOpen = open?.transaction === attempt.transaction && open.phase === 'applied';
  const isOwner = open === null && owner?.transaction === attempt.transaction;
  if (!isOpen && !isOwner) return null;
  const wanted = isOpen ? open.wanted : owner!.wanted;
  if (!isInStep(await observe(session.services.identities, attempt.request), wanted)) return null;
  const warnings = isOpen ? await settle(world, session, open) : [];
  return confirmed(attempt, false, warnings);
}

/** A newer attempt at this domain is under way or in force: this one must not win over it. */
function refuseSuperseded(
  { open, owner, lastRevert, history }: Ledger,
  { transaction, request }: Attempt,
): void {
  if (open?.transaction === transaction) return;
  const ours = owner?.transaction === transaction || lastRevert?.undid === transaction;
  const newerOpen = open !== null && open.source === 'terraform';
  const overtaken = !ours && owner !== null && history.some((entry) => entry.transaction === transaction);
  if (!newerOpen && !(overtaken && owner.confirmed && supersededBy(history, transaction, owner.transaction)))
    return;
  throw new ByodkimError(
    'CONCURRENT_UPDATE',
    `Transaction ${transaction} of ${request.domain} was overtaken by ${open?.transaction ?? owner?.transaction}: ` +
      'another deploy of this domain is at work or has ended since. Plan and deploy again.',
    { domain: request.domain, transaction, by: open?.transaction ?? owner?.transaction },
  );
}

function supersededBy(history: Ledger['history'], transaction: string, by: string): boolean {
  const last = (id: string) => history.map((entry) => entry.transaction).lastIndexOf(id);
  return last(by) > last(transaction);
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
    const warnings = await settle(world, session, open);
    return { ...answer, confirmed: true, transaction: open.transaction, warnings };
  });
}
