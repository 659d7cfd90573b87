/**
 * Heals an identity: after 72 hours without the record SES gives up for good, even if the record comes back. If its stack
 * asks for it (`heal`), the audit arms an invocation that repeats the change in force as an ordinary transaction.
 */

import type { SigningState } from '../aws/email-identity';
import { withoutViolations } from '../contract/allowances';
import { ACTIONS, DEFAULT_CONFIRM_TIMEOUT_MINUTES, SES_VERIFIES_HOURS } from '../contract/contract';
import { controlOf } from '../contract/environment';
import { gateWith, type Place, placeId, type SigningRequest } from '../contract/event';
import { withoutFullStop } from '../escape';
import type { ChangeResult, Ledger, Seen } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { doneByPerson } from '../ledger/seen';
import { observeExisting, signsWith } from '../ledger/signing-state';
import { afterGate, changeWithin } from '../transaction/change';
import type { World } from '../world';
import type { Audited } from './audited';
import { type Finding, type FindingCode, todoOfFinding } from './finding-catalogue';
import { armForDomain } from './later';

/** Days of failed heals in a row that end healing: a person has to find out why. */
const MOST_IN_A_ROW = 3;

/** Findings that say that a person has to act first. */
const IN_THE_WAY: readonly FindingCode[] = ['NOT_TAGGED', 'KEY_MISSING', 'KEY_REPLACED'];

/**
 * Arms the healing of an identity on which SES has given up, if it is due, and adds that to its finding; a run that only
 * reads leaves it to the audit.
 * @param isProved whether DNS has the record @param signing what is found of SES @param ofKey of the private key
 */
export async function withHealing(
  audited: Audited,
  isProved: boolean,
  signing: readonly Finding[],
  ofKey: readonly Finding[] = [],
): Promise<{ readonly findings: readonly Finding[]; readonly healAt?: string }> {
  const { ledger, state, memory } = audited;
  if (ledger.owner?.heal === undefined || state?.status !== 'FAILED') return { findings: signing };
  const add = (words: string, more: Partial<Finding>) =>
    signing.map((each) =>
      each.code === 'NOT_VERIFIED' ? { ...each, ...more, found: `${each.found} ${words}` } : each,
    );
  const notHealed = (reason: string, more: Partial<Finding> = {}) => ({
    findings: add(`It is not healed: ${reason}.`, more),
  });
  const blocking = [...signing, ...ofKey].find(({ code }) => IN_THE_WAY.includes(code));
  const why =
    whyNotHealed(ledger, state) ??
    (ledger.callsOfOthers.length > 0 ? 'it has just been changed outside this project' : undefined) ??
    (blocking && `a person has to act first (${blocking.code})`) ??
    (isProved ? undefined : 'the gate does not prove its record');
  if (why !== undefined) return notHealed(why);
  if ((memory.last.heals[placeId(ledger)]?.length ?? 0) >= MOST_IN_A_ROW)
    return notHealed(`it has failed on ${MOST_IN_A_ROW} days`, { stage: 'not healed' });
  const { at, problem } = await armForDomain(audited, 'heal', { action: ACTIONS.heal });
  if (problem !== undefined) return notHealed(`it could not be armed: ${withoutFullStop(problem)}`);
  const when = at === undefined ? 'by the next audit' : `at ${at}`;
  const todo = todoOfFinding('NOT_VERIFIED', { isHealed: true });
  return { findings: add(`It is healed: the change is repeated ${when}.`, { todo }), healAt: at };
}

/** Why a change that a person made is not healed. */
const LEFT_ALONE: Readonly<Record<NonNullable<Seen['person']>, string>> = {
  'set-anew': 'a person has set it again',
  'switched-off': 'a person has switched signing off',
  unknown: 'no audit has seen it verified, so a person may have changed it',
};

/** Returns why the change in force may not be repeated; undefined if it may. */
function whyNotHealed(ledger: Ledger, state: SigningState): string | undefined {
  const { owner, inForce, open } = ledger;
  if (!owner?.heal) return 'its stack does not ask for it (heal)';
  if (open !== null || !owner.confirmed) return 'a change is open';
  if (inForce === null) return 'nothing is in force';
  if (!signsWith(state, inForce.selector)) return 'something else has been set since';
  if (state.status !== 'FAILED') return `SES has not given up: it says ${state.status}`;
  const person = doneByPerson(ledger, state);
  return person === null ? undefined : LEFT_ALONE[person];
}

const leftAlone = (domain: string, reason: string) => ({ statusCode: 200, domain, healed: false, reason });

/**
 * Repeats the change in force, if SES has given up on it and the gate proves record and key. Whether it is wanted, and what
 * is set, is taken from the ledger and not from the caller.
 * @throws ByodkimError as a change does; PRIOR_STATE_NOT_RESTORABLE too.
 */
export async function heal(
  world: World,
  target: Place,
): Promise<ChangeResult | ReturnType<typeof leftAlone>> {
  const services = world.services(target.domain, target.region, world.clock);
  const ledger = await readLedger(services.store, world.environment.keyStoreBucket, target);
  const request = ledger && requestInForce(ledger, world);
  if (!request) return leftAlone(target.domain, 'its stack does not ask for it (heal)');
  return afterGate(world, request, async (session, passed) => {
    const state = await observeExisting(session.services.identities, session.place);
    const isSameKey = passed.wanted.key.fingerprint === session.ledger.inForce?.key.fingerprint;
    const why =
      whyNotHealed(session.ledger, state) ?? (isSameKey ? undefined : 'its private key was replaced');
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
    // Mail is unsigned either way, so SES gets all the time that it takes.
    verification: { timeoutMinutes: SES_VERIFIES_HOURS * 60 },
    confirmTimeoutMinutes: DEFAULT_CONFIRM_TIMEOUT_MINUTES,
    irreversible: 'refuse',
    notifyDnsTeam: false,
  };
}
