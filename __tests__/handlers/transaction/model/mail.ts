import type { Ledger } from '../../../../handlers/ledger/ledger';
import type { FakeCloud } from '../../../support/world';
import { DOMAIN } from '../support';

/** Events after which SES has what was before, and verifies it anew. */
const WAYS_BACK = ['reverted', 'destroyed'];
/** Events that change nothing in SES. */
const UNCHANGED = ['failed', 'destroy-begun', 'opened', 'rollback-failed', 'recreated'];

/**
 * The invariant of mail, at any moment: what is sent now is signed by a published key; or it was unsigned before we
 * came; or SES verifies what was restored, which nothing can hasten; or something is armed that ends the waiting.
 * @param isExcused it was unsigned before we came, or SES has given up what was done
 * @returns what is wrong; `null`: nothing
 */
export function mailProblem(cloud: FakeCloud, ledger: Ledger | null, isExcused: boolean): string | null {
  const mail = cloud.ses.mail(DOMAIN);
  if (mail === 'signed') return null;
  if (mail !== 'unsigned') return `a mail is ${mail}`;
  if (isExcused || isArmed(cloud, ledger) || isPutBack(cloud, ledger)) return null;
  return `a mail is unsigned, and nothing ends that: ${JSON.stringify(cloud.ses.state(DOMAIN))}`;
}

function isArmed(cloud: FakeCloud, ledger: Ledger | null): boolean {
  const arming = ledger?.open?.armed?.number;
  const payloads = [...cloud.scheduler.pending().map(({ payload }) => payload), ...cloud.firing];
  return (
    arming !== undefined && payloads.some((payload) => (payload as { arming?: number }).arming === arming)
  );
}

function isPutBack(cloud: FakeCloud, ledger: Ledger | null): boolean {
  if (ledger === null || ledger.open !== null) return false;
  const { origin, selector } = cloud.ses.state(DOMAIN)!;
  // An owner that is confirmed with nothing open has no status.
  const last = ledger.history.findLast(
    ({ event, detail }) => !UNCHANGED.includes(event) && !(event === 'confirmed' && detail === undefined),
  );
  // A destroy rolls back to the baseline, which may have the selector that is in force.
  const before = ledger.baseline?.restoration;
  const isBaseline = before?.kind === 'byodkim' && before.selector === selector;
  const isOurs = origin === 'EXTERNAL' && selector === ledger.inForce?.selector && !isBaseline;
  return !isOurs || WAYS_BACK.includes(last?.event ?? '');
}
