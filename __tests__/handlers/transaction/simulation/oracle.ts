/** Judges what SES has, and what a destroy leads to, by what is known. */
import type { FindingCode } from '../../../../handlers/words/findings';
import type { Terraform } from '../../../support/terraform';
import { DOMAIN } from '../support';
import { signs } from './expectation';
import { require } from './require';
import type { Situation } from './situation';

/** What an audit finds where SES does not have what is in force. */
const IN_FORCE: readonly FindingCode[] = ['DRIFT', 'SIGNING_OFF', 'NOT_VERIFIED', 'IDENTITY_MISSING'];

/**
 * A destroy may leave SES as it is only where a state of the engine, the ledger or the baseline's key was lost, another state
 * of the engine has acted, or the ledger does not say for whom SES signs.
 */
export function requireLost(at: Situation, engine: Terraform): void {
  at.account.counters.excused('a destroy that changes nothing');
  const { owner, last, deleted = [] } = at.account.ledger() ?? {};
  const { elsewhere, terraform } = at;
  const other = engine.isOf(elsewhere) ? terraform : elsewhere;
  // The other state has taken the selector over, or was destroyed since.
  const isOthers = owner ? other.hasMade(owner.stack) : deleted.some((stack) => other.hasMade(stack));
  // An apply that failed has left the `Baseline` that it had replaced. Its delete came first, and the later one has rolled back.
  const isLeft =
    owner === null && last?.event === 'destroyed' && deleted.filter((id) => engine.hasMade(id)).length > 1;
  require(at.isDoubtful('lost state') ||
    isOthers ||
    isLeft ||
    isUnowned(at) ||
    at.wasEver('restored ledger') ||
    isBaselineLost(at), 'a destroy does not roll back, and nothing was lost');
}

/** Whether SES signs, and the ledger does not say for whom: a Put has arrived late, or this project has never set anything. */
function isUnowned(at: Situation): boolean {
  const { owner, last, baseline, inForce, open } = at.account.ledger() ?? {};
  const before = baseline?.restoration;
  const known = [before?.kind === 'byodkim' ? before : undefined, inForce, open?.wanted];
  const isKnown = known.some((each) => each && at.state.split(' ').includes(each.selector));
  // What others have set since the last destroy is not what that one has left.
  const isDestroyed = last?.event === 'destroyed' && at.othersAt < last.at;
  return owner === null && !isDestroyed && !isKnown;
}

/** SES may have switched off what an earlier ledger does not know: then that stays, and is what was before. */
function mayBeSwitchedOff(at: Situation): boolean {
  return at.isDoubtful('restored ledger') && at.schedule.pace.switchesOff;
}

/** Whether signing stays off since what signed before cannot be restored. */
function mayBeSpent(at: Situation, isSpentState: boolean): boolean {
  const isSpent = isSpentState && at.state.endsWith(' off');
  if (isSpent) at.expectSpent();
  return isSpent;
}

/** The findings of which an audit must have one, since SES has what the ledger does not say. */
export function unsaid(at: Situation): readonly FindingCode[] {
  const { open, inForce } = at.account.ledger() ?? { open: null, inForce: null };
  const { state } = at;
  const selector = at.cloud.ses.state(DOMAIN)?.selector;
  if (open !== null) return [];
  if (inForce !== null) return state === signs(inForce.selector) ? [] : IN_FORCE;
  // What was before this project, and what a ledger has forgotten, may sign.
  const mayStay = selector === undefined || at.mayBeBaseline(selector);
  return mayStay || state !== signs(selector) ? [] : ['SIGNS_AFTER_ROLLBACK'];
}

/** Requires that SES has what it may have. */
export function requireAllowed(at: Situation, what: string): void {
  const { state, expected, account } = at;
  const isFirst = account.ledger()?.inForce == null;
  const isReverted = account.watch.lastChange === 'reverted' && account.watch.isPriorSpent;
  require(expected.allows(state) ||
    mayBeSwitchedOff(at) ||
    mayBeSpent(
      at,

      isReverted || (isFirst && account.watch.isBaselineSpent),
    ), `${what} ${state}, expected ${expected}`);
}

/** What a removal has come to. */
export interface Removal {
  readonly answer: { readonly statusCode: number; readonly code?: string; readonly error?: string };
  readonly hasWritten: boolean;
  /** Whether a notice has said that SES has it still. */
  readonly isTold: boolean;
}

/** Requires that a direct call has removed the domain, so that nothing knows of it, or was refused a stack's. */
export function requireRemoved(at: Situation, { answer, hasWritten, isTold }: Removal): void {
  const { account, expected, state } = at;
  const { open, owner, inForce } = account.ledger() ?? {};
  if (answer.error === 'NOT_ALLOWED') {
    require(!hasWritten, 'a removal that was refused has written to SES');
    account.counters.met('a removal that is refused');
  }
  if (answer.statusCode !== 200) return;
  require((open ?? owner ?? inForce) == null, 'a removed domain is managed still');
  require(!expected.isOfStack, 'a direct call has removed the domain of a stack');
  if (isTold)
    require(account.ledger() == null ||
      isUnowned(at) ||
      isBaselineLost(at), 'a removal does not roll back, and nothing was lost');
  // The same call, sent twice, has nothing left to do.
  if (isTold || (answer.code === 'NOTHING_SET' && !hasWritten)) return;
  account.counters.met('a removal by a direct call');
  require(expected.isPrior(state) ||
    mayBeSwitchedOff(at) ||
    mayBeSpent(at, account.watch.isBaselineSpent), `SES has ${state} after the removal`);
}

/** Whether the key of what was there before is lost, or was replaced. */
function isBaselineLost({ account, keys }: Situation): boolean {
  const { baseline } = account.watch;
  return baseline?.kind === 'byodkim' && keys.hasChanged(baseline.selector);
}

/** Requires that SES has what a destroy leads to. */
export function requireDestroyed(at: Situation): void {
  require(at.expected.isBase(at.state) ||
    mayBeSwitchedOff(at) ||
    mayBeSpent(at, at.account.watch.isBaselineSpent), `SES has ${at.state} after the destroy`);
}
