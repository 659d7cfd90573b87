import type { Ledger } from '../ledger/ledger';
import { isWayBack } from '../ledger/ownership';
import { type SelectorStage, stageOf } from './stages';

/** What one region does with the key of a selector. */
export interface KeyUse extends SelectorStage {
  readonly region: string;
}

/**
 * Every region that signs with a selector's key, has signed with it, or may have to go back to it.
 * @param goesBack whether it may have to
 */
export const keyUses = (
  ledgers: readonly Ledger[],
  selector: string,
  overlapDays: number,
  now: number,
  goesBack = isWayBack,
): KeyUse[] =>
  ledgers.flatMap((ledger) => {
    const { region, signers, open } = ledger;
    const signer = signers.find((each) => each.selector === selector);
    const isToSign = open?.wanted.selector === selector;
    const isBack = goesBack(ledger, selector);
    if (!signer && !isToSign && !isBack) return [];
    // What is being set is as good as set; what is gone back to without having signed for us signed until now.
    const known = { selector, since: null, stoppedAt: now, ...signer, isWayBack: isBack };
    return [{ ...stageOf(isToSign ? { ...known, stoppedAt: null } : known, overlapDays, now), region }];
  });

/** Whether SES signs with it, mail of it is under way, or something goes back to it. */
export const isNeeded = ({ stage }: Pick<SelectorStage, 'stage'>): boolean =>
  stage === 'active' || stage === 'retiring';
