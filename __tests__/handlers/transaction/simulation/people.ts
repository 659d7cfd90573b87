/** What people, and SES by itself, do to a domain. */
import { recordName } from '../../../../handlers/contract/contract';
import { DOMAIN } from '../support';
import { NO_IDENTITY, signs } from './expectation';
import { BY_HAND } from './schedule';
import type { Situation } from './situation';

/** Somebody sets SES in the console. */
export function personSets(at: Situation, state: string): void {
  const { account, expected } = at;
  const isAlone = account.isQuiet && !at.isOpen;
  account.note('person', `sets ${state}`);
  at.set(state);
  if (isAlone) expected.setByOthers(state);
  else expected.maySetByOthers(state);
  at.hasPerson = true;
  at.othersAt = account.time;
  at.mayBeUnverified = false;
}

/** What SES has then, it signs with no published key, or cannot be set again until the key is back. */
export function changeKey(at: Situation, does: 'lose key' | 'replace key', selector: string): void {
  const { account, keys } = at;
  account.note('person', `${does} ${selector}`);
  const isInForce = account.ledger()?.inForce?.selector === selector;
  if (does === 'lose key') keys.lose(selector);
  else keys.replace(selector);
  // SES may sign with the earlier key, whose record has gone. Without the key, a destroy leaves what SES may give up.
  at.mayBeUnverified = true;
  // A rollback sets the key that is stored now, and SES may give it up and switch signing off.
  const isRestored = keys.hasReplaced && at.expected.isPrior(signs(selector));
  if (isRestored && at.schedule.pace.switchesOff) at.expected.maySetByOthers(`EXTERNAL ${selector} off`);
  if (!isInForce) return;
  account.counters.met(
    does === 'lose key' ? 'a key in force that is lost' : 'a key in force that is replaced',
  );
}

/** Somebody removes the identity, and makes it anew so many seconds later. */
export async function recreateIdentity(at: Situation, after: number): Promise<void> {
  at.account.note('person', 'removes the identity');
  at.account.counters.met('an identity that is recreated');
  at.cloud.ses.remove(DOMAIN);
  at.mayBeUnverified = true;
  at.expected.maySetByOthers(NO_IDENTITY);
  await at.cloud.clock.advance(after * 1000);
  personSets(at, 'AWS_SES on');
}

/** SES loses what it had verified. Only keys of ours: others are others' business. */
export function giveUp(at: Situation, switchesOff: boolean): void {
  const { origin, selector, enabled } = at.cloud.ses.state(DOMAIN) ?? {};
  if (origin !== 'EXTERNAL' || selector === BY_HAND || !at.isVerified) return;
  at.account.note('SES', `gives ${selector} up`);
  at.cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: enabled && !switchesOff });
  at.mayBeUnverified = true;
  at.expected.maySetByOthers(at.state);
  at.othersAt = at.account.time;
}

/** The DNS team publishes a record, or removes it. */
export function changeRecord(at: Situation, does: 'publish' | 'unpublish', selector: string): void {
  at.account.note('DNS team', does === 'publish' ? `publishes ${selector}` : `removes ${selector}`);
  if (does === 'publish') at.keys.publish(selector);
  else at.cloud.dns.unpublish(recordName(DOMAIN, selector));
}
