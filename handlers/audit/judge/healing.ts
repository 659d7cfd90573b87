/**
 * Arms the healing of an identity: after 72 hours without the record SES gives up for good, even if the record comes back. If
 * its stack asks for it (`heal`), the audit arms an invocation that repeats the change in force as an ordinary transaction.
 */

import type { SigningState } from '../../aws/email-identity';
import { ACTIONS } from '../../contract/contract';
import { placeId } from '../../contract/input/event';
import type { Ledger } from '../../ledger/ledger';
import { whyNotHealed } from '../../transaction/heal';
import type { FindingCode, Healing, NotHealed } from '../../words/findings';
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
