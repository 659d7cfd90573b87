/**
 * Heals an identity: after 72 hours without the record SES gives up for good, even if the record comes back. If its stack
 * asks for it (`heal`), the audit arms an invocation that repeats the change in force as an ordinary transaction.
 */

import type { SigningState } from '../../aws/email-identity';
import { ACTIONS, DEFAULT_CONFIRM_TIMEOUT_MINUTES, SES_VERIFIES_HOURS } from '../../contract/contract';
import { controlOf } from '../../contract/input/environment';
import { gateWith, type Place, placeId, type SigningRequest } from '../../contract/input/event';
import { withoutViolations } from '../../contract/settings/allowances';
import { type CodeOf, coded } from '../../facts/coded';
import type { FindingCode, Healing, NotHealed } from '../../facts/findings';
import type { ChangeResult, Ledger } from '../../ledger/ledger';
import { readLedger } from '../../ledger/ledger-store';
import { doneByPerson } from '../../ledger/seen';
import { observeExisting, signsWith } from '../../ledger/signing-state';
import { afterGate, changeWithin } from '../../transaction/change';
import { describeNotHealed } from '../../words/results';
import type { World } from '../../world';
import { type Finding, finding } from '../findings/finding';
import type { Audited } from '../run/audited';
import { armForDomain } from '../run/later';

/** Number of consecutive days of failed heals that end healing, so that a person finds the reason. */
const MOST_IN_A_ROW = 3;

/** Findings on which a person must act first. */
const IN_THE_WAY: readonly FindingCode[] = ['NOT_TAGGED', 'KEY_MISSING', 'KEY_REPLACED'];

/**
 * Arms the healing of an identity that SES has given up, if it is due, and adds this to its finding. A run that only reads
 * leaves it to the audit.
 * @param isProved whether DNS has the record @param signing the findings about SES @param ofKey of the private key
 */
export async function withHealing(
  audited: Audited,
  isProved: boolean,
  signing: readonly Finding[],
  ofKey: readonly Finding[] = [],
): Promise<{ readonly findings: readonly Finding[]; readonly healAt?: string }> {
  const { ledger, state } = audited;
  if (ledger.owner?.heal === undefined || state?.status !== 'FAILED') return { findings: signing };
  const healing = await armHealing(audited, state, isProved, [...signing, ...ofKey]);
  const findings = signing.map((each) => (isNotVerified(each) ? withHealingOf(each, healing) : each));
  return { findings, healAt: healing.kind === 'armed' ? healing.at : undefined };
}

const isNotVerified = (each: Finding): each is Finding<'NOT_VERIFIED'> => each.code === 'NOT_VERIFIED';

function withHealingOf({ code, facts, severity, stage }: Finding<'NOT_VERIFIED'>, healing: Healing): Finding {
  // The end of healing is another stage, in which a person must act.
  const reached = healing.kind === 'failed-often' ? 'not healed' : stage;
  return finding(code, { ...facts, healing }, { severity, ...(reached !== undefined && { stage: reached }) });
}

async function armHealing(
  audited: Audited,
  state: SigningState,
  isProved: boolean,
  found: readonly Finding[],
): Promise<Healing> {
  const { ledger, memory } = audited;
  const why = whyNotHealed(ledger, state) ?? whyNotNow(ledger, isProved, found);
  if (why !== undefined) return { healed: false, ...why };
  if ((memory.last.heals[placeId(ledger)]?.length ?? 0) >= MOST_IN_A_ROW)
    return { healed: false, kind: 'failed-often', days: MOST_IN_A_ROW };
  const { at, problem } = await armForDomain(audited, 'heal', { action: ACTIONS.heal });
  return problem === undefined ? { kind: 'armed', at } : { healed: false, kind: 'not-armed', problem };
}

/** Returns the reason why the change in force is not repeated now although it may be, or undefined if it is repeated. */
function whyNotNow(ledger: Ledger, isProved: boolean, found: readonly Finding[]): NotHealed | undefined {
  if (ledger.callsOfOthers.length > 0) return { kind: 'just-changed' };
  const blocking = found.find(({ code }) => IN_THE_WAY.includes(code));
  if (blocking !== undefined) return { kind: 'blocked', by: blocking.code };
  return isProved ? undefined : { kind: 'unproved' };
}

/** Returns the reason why the change in force may not be repeated, or undefined if it may. */
function whyNotHealed(ledger: Ledger, state: SigningState): NotHealed | undefined {
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
  readonly code: CodeOf<NotHealed['kind']>;
  readonly facts: NotHealed;
  readonly reason: string;
}

const leftAlone = (domain: string, why: NotHealed): NotHealedAnswer => ({
  statusCode: 200,
  domain,
  healed: false,
  ...coded(why),
  reason: describeNotHealed(why),
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
    // Mail is unsigned in either case, so SES gets as much time as it needs.
    verification: { timeoutMinutes: SES_VERIFIES_HOURS * 60 },
    confirmTimeoutMinutes: DEFAULT_CONFIRM_TIMEOUT_MINUTES,
    irreversible: 'refuse',
    notifyDnsTeam: false,
  };
}
