import type { SigningRequest } from '../contract/input/event';
import { asByodkimError, type ByodkimError } from '../errors/errors';
import { requireKeyOrMayMake } from '../keys/make/create-key';
import { keyWork, requireKeyInForce } from '../keys/make/find-or-make';
import { requireDnsInformation } from '../keys/stored-key';
import type { ChangeAttempt } from '../ledger/ledger';
import { Session } from '../ledger/session';
import { requireTag, withKnownSelector } from '../ledger/signing-state';
import { type Decision, decide } from '../transaction/decide';
import { recallSnapshot, takeSnapshot } from '../transaction/snapshot';
import type { World } from '../world';

/** The effect of an apply, and its refusals before it changes SES. */
export interface Rehearsal {
  /** Its effect on SES, unless it is refused; `null` if the identity does not exist yet. */
  readonly decision: Decision['kind'] | null;
  /** Refusals because of the key, its DNS information and the state of SES, but not because of DNS, which the caller asks. */
  readonly refusals: readonly Refusal[];
  /** The refusal of an identity without our tag; a stack that imports the identity sets it. */
  readonly untagged: Refusal | null;
}

type Refusal = Pick<ByodkimError, 'code' | 'message' | 'advice'>;

/** Runs an apply up to its first write. Read-only. */
export async function rehearse(world: World, request: SigningRequest): Promise<Rehearsal> {
  const refusals: Refusal[] = [];
  const attempt: ChangeAttempt = {
    transaction: 'rehearsal',
    stack: 'rehearsal',
    source: 'terraform',
    request,
  };
  const session = Session.open(world, request, 'gate');
  const work = keyWork(world, request);
  const hasDkimKey = request.createKey !== undefined;
  const found = await unlessRefused(refusals, () =>
    hasDkimKey ? requireKeyOrMayMake(work) : requireKeyInForce(work),
  );
  // A stack with a `DkimKey` stores the DNS information itself.
  if (found && !hasDkimKey)
    await unlessRefused(refusals, () => {
      const { bucket, dnsRecords: key } = request.keyStore;
      return requireDnsInformation(work.services.store, { bucket, key });
    });
  await session.read();
  const state = await session.services.identities.get(request.domain);
  const { ledger } = session;
  if (state === null) return { decision: null, refusals, untagged: null };
  const seen = withKnownSelector(state, ledger);
  const wanted = found && { selector: request.selector, key: found.reference };
  const decision = wanted ? decide(ledger, seen, attempt, wanted).kind : 'change';
  if (decision !== 'change') return { decision, refusals, untagged: null };
  const untagged: Refusal[] = [];
  await unlessRefused(untagged, async () => requireTag(seen, request, world.environment.schedulerRoleArn));
  await unlessRefused(refusals, () =>
    ledger.open
      ? recallSnapshot(session, request, ledger.open.previous)
      : takeSnapshot(session, request, seen, found ?? undefined),
  );
  return { decision, refusals, untagged: untagged[0] ?? null };
}

async function unlessRefused<T>(refusals: Refusal[], step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    const { code, message, advice } = asByodkimError(error);
    refusals.push({ code, message, advice });
    return null;
  }
}
