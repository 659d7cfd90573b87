/** Heals an identity that SES has given up: repeats the change in force as an ordinary transaction. */

import type { SigningState } from '../aws/email-identity';
import { DEFAULT_CONFIRM_TIMEOUT_MINUTES, SES_VERIFIES_HOURS } from '../contract/contract';
import { controlOf } from '../contract/input/environment';
import { gateWith, type Place, type SigningRequest } from '../contract/input/event';
import { withoutViolations } from '../contract/settings/allowances';
import type { ChangeResult, Ledger } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { coded } from '../ledger/results';
import { doneByPerson } from '../ledger/seen';
import { observeExisting, signsWith } from '../ledger/signing-state';
import type { NotHealed } from '../words/findings';
import type { World } from '../world';
import { afterGate, changeWithin } from './change';

/** Returns the reason why the change in force may not be repeated, or undefined if it may. */
export function whyNotHealed(ledger: Ledger, state: SigningState): NotHealed | undefined {
  const { owner, inForce, open } = ledger;
  if (!owner?.heal) return { kind: 'not-asked' };
  if (open !== null || !owner.confirmed) return { kind: 'change-open' };
  if (inForce === null) return { kind: 'nothing-in-force' };
  if (!signsWith(state, inForce.selector)) return { kind: 'other-state' };
  if (state.status !== 'FAILED') return { kind: 'not-given-up', status: state.status };
  const person = doneByPerson(ledger, state);
  if (person === null) return undefined;
  return { kind: person === 'unknown' ? 'unseen' : person };
}

/** Answer of a heal that was not carried out. */
export interface NotHealedAnswer {
  readonly statusCode: 200;
  readonly domain: string;
  readonly healed: false;
  readonly code: string;
  readonly facts: NotHealed;
}

const leftAlone = (domain: string, why: NotHealed): NotHealedAnswer => ({
  statusCode: 200,
  domain,
  healed: false,
  ...coded(why),
});

/**
 * Repeats the change in force if SES has given up on it and the gate proves the record and the key. Takes the permission and
 * the state from the ledger, and not from the caller.
 * @throws ByodkimError as in a change, including PRIOR_STATE_NOT_RESTORABLE.
 */
export async function heal(world: World, target: Place): Promise<ChangeResult | NotHealedAnswer> {
  const services = world.services(target.domain, target.region, world.clock);
  const ledger = await readLedger(services.store, world.environment.keyStoreBucket, target);
  const request = ledger && requestInForce(ledger, world);
  if (!request) return leftAlone(target.domain, { kind: 'not-asked' });
  return afterGate(world, request, async (session, passed) => {
    const state = await observeExisting(session.services.identities, session.place);
    const isSameKey = passed.wanted.key.fingerprint === session.ledger.inForce?.key.fingerprint;
    const why =
      whyNotHealed(session.ledger, state) ?? (isSameKey ? undefined : ({ kind: 'key-replaced' } as const));
    if (why !== undefined) return leftAlone(target.domain, why);
    const attempt = { transaction: `heal-${world.uuid()}`, source: 'direct', request } as const;
    return changeWithin(session, attempt, passed, { confirms: true, observed: state });
  });
}

/** Returns the request of the change in force, as its stack has sent it. */
function requestInForce(
  { domain, region, owner, inForce }: Ledger,
  { environment }: World,
): SigningRequest | null {
  if (!owner?.heal || inForce === null) return null;
  const { bucket, key: privateKey } = inForce.key;
  return {
    domain,
    region,
    selector: inForce.selector,
    keyStore: { bucket, privateKey, dnsRecords: owner.heal.dnsRecords },
    gate: {
      ...gateWith(withoutViolations(owner.gate ?? {}, controlOf(environment)), environment),
      waitSeconds: 0,
    },
    rotation: owner.rotation,
    // A rollback would not help mail, so SES gets as much time as it needs.
    verification: { timeoutMinutes: SES_VERIFIES_HOURS * 60 },
    confirmTimeoutMinutes: DEFAULT_CONFIRM_TIMEOUT_MINUTES,
    irreversible: 'refuse',
    notifyDnsTeam: false,
  };
}
