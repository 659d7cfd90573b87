/** Guards a record that moves to another hosted zone: the old zone's record may go only when DNS no longer serves that zone. */

import { gateDetails } from '../dns/wording';
import { ByodkimError } from '../errors/errors';
import type { GateOutcome } from '../gate-outcome';
import { type Attempt, currentOwner, type Ledger } from '../ledger/ledger';

/** As many as the ledger takes. */
const KEPT = 64;

/** Returns the servers that hold the record themselves; those with an alias of it serve another zone. */
const holders = ({ servers }: GateOutcome) =>
  servers.filter(({ role, aliasTo }) => role === 'authoritative' && aliasTo === undefined);

/** Returns the addresses of the servers of the zone that the stack publishes in, for the ledger. */
export const zoneServers = (
  { request: { rotation } }: Attempt,
  outcome: GateOutcome,
): readonly string[] | undefined =>
  rotation?.hostedZoneId === undefined
    ? undefined
    : [...new Set(holders(outcome).map(({ address }) => address))].slice(0, KEPT);

/**
 * Refuses a change of the hosted zone while a server of the zone before is asked. The record is in both zones then,
 * so the gate alone cannot tell them apart; Route 53 never serves two zones of one name from the same server.
 * @throws ByodkimError DNS_TXT_NOT_READY. The engine removes the record from the earlier zone after this, so it stays.
 */
export function refuseUnservedZone(ledger: Ledger, { request }: Attempt, outcome: GateOutcome): void {
  const refusal = unservedZone(currentZone(ledger), request.rotation?.hostedZoneId, outcome);
  if (refusal) throw refusal;
}

/** A hosted zone that a stack publishes in, and the servers that served it. */
export interface PublishedZone {
  readonly hostedZoneId: string;
  readonly servers: readonly string[];
}

/** Returns the zone that the domain's stack publishes in; `null` if it publishes in none. */
export function currentZone(ledger: Ledger): PublishedZone | null {
  const { rotation, zoneServers = [] } = currentOwner(ledger) ?? {};
  return rotation?.hostedZoneId === undefined
    ? null
    : { hostedZoneId: rotation.hostedZoneId, servers: zoneServers };
}

/** Returns why a record may not move to another zone yet; undefined if it does not move, or may. */
export function unservedZone(
  zone: PublishedZone | null,
  to: string | undefined,
  outcome: GateOutcome,
): ByodkimError | undefined {
  const from = zone?.hostedZoneId;
  if (to === undefined || from === undefined || from === to) return undefined;
  const known = new Set(zone?.servers);
  const asked = holders(outcome);
  const earlier = asked.filter(({ address }) => known.has(address));
  if (known.size > 0 && asked.length > 0 && earlier.length === 0) return undefined;
  const found =
    earlier.length > 0
      ? `name servers of ${from} (${earlier.map(({ name, address }) => name ?? address).join(', ')})`
      : 'no authoritative server that shows which zone is served';
  return new ByodkimError('DNS_TXT_NOT_READY', {
    what:
      `The record ${outcome.recordName} moves from hosted zone ${from} to ${to}: expected DNS to be served by ${to} alone, ` +
      `found ${found}. SES was not touched, and the record stays in both zones.`,
    advice:
      earlier.length > 0
        ? `Delegate the domain to the name servers of ${to} at its parent zone, then deploy again. ${behindSameServers(from)}`
        : `Deploy with gate.mode authoritative if the zone’s servers can be asked. ${behindSameServers(from)}`,
    details: { ...gateDetails(outcome), servers: asked },
  });
}

/** Advises what to do if DNS cannot show which zone is served: a hidden primary, a split horizon, resolvers alone. */
const behindSameServers = (from: string): string =>
  `If the same servers answer for both zones: take the record in ${from} out of the state (\`state rm\` of the engine, in the stack's ` +
  'folder below cdktf.out/stacks), deploy once with driftDetection: false and without `record`, then with the new zone; last, ' +
  `delete the record in ${from} manually.`;
