import type { Ledger } from '../ledger/ledger';
import { isWayBack } from '../ledger/ownership';
import { type SelectorStage, stageOf } from './stages';

/** What one region does with the key of a selector. */
export interface KeyUse extends SelectorStage {
  readonly region: string;
}

/** Every region that signs with a selector's key, has signed with it, or may have to go back to it. */
export function keyUses(
  ledgers: readonly Ledger[],
  selector: string,
  overlapDays: number,
  now: number,
): KeyUse[] {
  return ledgers.flatMap((ledger) => {
    const { region, signers, open } = ledger;
    const signer = signers.find((each) => each.selector === selector);
    const isToSign = open?.wanted.selector === selector;
    const isBack = isWayBack(ledger, selector);
    if (!signer && !isToSign && !isBack) return [];
    // What is being set is as good as set.
    const stoppedAt = isToSign ? null : signer ? signer.stoppedAt : now;
    const facts = { selector, activeSince: signer?.since ?? 0, stoppedAt, isWayBack: isBack };
    return [{ ...stageOf(facts, overlapDays, now), region }];
  });
}

/** Whether SES signs with it, mail of it is under way, or something goes back to it. */
export const isNeeded = ({ stage }: Pick<SelectorStage, 'stage'>): boolean =>
  stage === 'active' || stage === 'retiring';
