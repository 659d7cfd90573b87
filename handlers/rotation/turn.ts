/** Whose turn it is where a domain rotates by itself, and what is due. Dates are milliseconds since the epoch. */

import { onceArrived } from '../aws/retry';
import { untilKept } from '../budgets';
import { DAY_MS, day, MINUTE_MS } from '../clock';
import {
  type AutomaticRotation,
  KEY_WARNING_DAYS,
  MINIMUM_OVERLAP_DAYS,
  privateKeyObject,
} from '../contract';
import type { SigningRequest } from '../event';
import { keyDaysLeft } from '../key/lifetime';
import { currentOwner, type Ledger, selectorInForce } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { isWayBack } from '../ledger/ownership';
import type { World } from '../world';
import { dayFrom, isNeeded, keyUse } from './stages';

/** A rotation that did not come to its end is not begun again sooner: what hinders it is somebody's to mend. */
export const PAUSE_DAYS = 7;

/** Longer than most resolvers remember what was there before: the record's own lifetime, where that is longer. */
const SETTLES_MS = 10 * MINUTE_MS;
export const settlesMs = ({ ttlSeconds = 0 }: AutomaticRotation): number =>
  Math.max(SETTLES_MS, ttlSeconds * 1000);

export type Due =
  /**
   * `begin`: the key of the next selector is to be made and its record published. `change-over`: SES is to change over to
   * it. `revoke`: the record of the one before is needed no more.
   */
  | { readonly kind: 'begin' | 'change-over' | 'revoke'; readonly selector: string }
  | {
      readonly kind: 'nothing';
      readonly why: string;
      /** Something stands in the way: what is due is a person's meanwhile. Or what was begun did not come to its end. */
      readonly because?: 'blocked' | 'failed';
    };

/** The rotation settings of a domain that rotates by itself. */
export const automaticOf = (ledger: Ledger): AutomaticRotation | undefined =>
  currentOwner(ledger)?.rotation?.automatic;

/** @param madeAt when the key that signs was made; undefined: nobody knows */
export function dueOf(ledger: Ledger, madeAt: number | undefined, now: number): Due {
  const nothing = (why: string, because?: 'blocked' | 'failed'): Due => ({ kind: 'nothing', why, because });
  const blocked = (why: string): Due => nothing(why, 'blocked');
  const automatic = automaticOf(ledger);
  const { owner, inForce, open, turn, signers } = ledger;
  if (!automatic) return nothing('it does not rotate by itself');
  if (open !== null || owner?.confirmed !== true || inForce === null)
    return blocked('its last change has not come to its end');
  if (!automatic.selectors.includes(inForce.selector))
    return blocked(`it signs with ${inForce.selector}, which is none of ${automatic.selectors.join(', ')}`);
  const [first, second] = automatic.selectors;
  // Of the two, the one whose turn is next.
  const selector = inForce.selector === first ? second : first;
  const { overlapDays = MINIMUM_OVERLAP_DAYS, keyLifetimeDays } = owner.rotation ?? {};
  const signer = signers.find((each) => each.selector === selector);
  const use = keyUse(ledger, selector, overlapDays, now);
  const isOver = use === undefined || !isNeeded(use);
  const own = turn?.selector === selector ? turn : null;

  if (own !== null && own.stage === 'published')
    return now < own.at + settlesMs(automatic)
      ? nothing(`the record of ${selector} was published a moment ago`)
      : { kind: 'change-over', selector };
  const failedUntil = own === null || own.stage === 'revoked' ? undefined : own.at + PAUSE_DAYS * DAY_MS;
  if (failedUntil !== undefined && now < failedUntil)
    return nothing(
      `the rotation to ${selector} that was begun on ${day(own!.at)} did not come to its ` +
        `end; it is begun again from ${dayFrom(failedUntil)} on`,
      'failed',
    );
  if (madeAt !== undefined && keyDaysLeft(madeAt, now, keyLifetimeDays) <= KEY_WARNING_DAYS)
    return isOver
      ? { kind: 'begin', selector }
      : blocked(
          isWayBack(ledger, selector)
            ? `${selector} is what a destroy goes back to, so its key and its record stay`
            : `the record of ${selector} is still needed`,
        );
  if (signer !== undefined && isOver && own?.stage !== 'revoked') return { kind: 'revoke', selector };
  return nothing('nothing is due');
}

/**
 * A stack whose domain rotates by itself names two selectors, and the function says which of them signs: its request is
 * about that one, whatever it names.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function aboutInForce<R extends SigningRequest>(world: World, request: R): Promise<R> {
  const { rotation, domain, region } = request;
  if (!rotation?.automatic) return request;
  const clock = untilKept(world, () => 'gate');
  const { store } = world.services(domain, region, clock);
  const { keyStoreBucket } = world.environment;
  const ledger = await onceArrived(clock, () => readLedger(store, keyStoreBucket, request));
  const selector = ledger && selectorInForce(ledger);
  if (!selector || selector === request.selector || !rotation.automatic.selectors.includes(selector))
    return request;
  const privateKey = privateKeyObject(domain, selector);
  return { ...request, selector, keyStore: { ...request.keyStore, privateKey } };
}
