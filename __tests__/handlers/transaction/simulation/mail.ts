import { recordName } from '../../../../handlers/contract/contract';
import type { Ledger } from '../../../../handlers/ledger/ledger';
import { DOMAIN } from '../support';
import type { Account } from './account';

/** Events after which SES has the prior state, and verifies it anew. */
const RESTORING: readonly unknown[] = ['reverted', 'destroyed'];

/**
 * The invariant of mail, at any moment: what is sent now is signed by a published key; or, unsigned or refused, SES verifies what was restored,
 * which nothing can hasten; or something is armed that ends the waiting; or the DNS team has removed the record.
 * @param isTeams whether the DNS team removes records, and not this project
 * @returns what is wrong; `null`: nothing
 */
export function mailProblem(account: Account, isTeams: boolean): string | null {
  const { cloud } = account;
  const mail = cloud.ses.mail(DOMAIN);
  if (mail === 'signed') return null;
  const { selector } = cloud.ses.state(DOMAIN) ?? {};
  if (isTeams && selector !== undefined && cloud.dns.publicKey(recordName(DOMAIN, selector)) === undefined)
    return null;
  if (mail !== 'unsigned' && mail !== 'refused') return `a message is ${mail}`;
  const ledger = account.ledger();
  const isEnding = account.isArmed(ledger?.open?.armed?.number) || account.isUnlimited;
  if (isEnding || isRestored(account, ledger)) return null;
  return `a message is ${mail}, and nothing ends that: ${JSON.stringify(cloud.ses.state(DOMAIN))}`;
}

function isRestored({ cloud, watch: { lastChange } }: Account, ledger: Ledger | null): boolean {
  if (ledger === null || ledger.open !== null) return false;
  const { origin, selector } = cloud.ses.state(DOMAIN)!;
  // A destroy rolls back to the baseline, which may have the selector that is in force.
  const before = ledger.baseline?.restoration;
  const isBaseline = before?.kind === 'byodkim' && before.selector === selector;
  const isOurs = origin === 'EXTERNAL' && selector === ledger.inForce?.selector && !isBaseline;
  return !isOurs || RESTORING.includes(lastChange);
}
