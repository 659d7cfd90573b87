import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import { gateSettings } from '../dns/gate-options';
import { unsignedMailOf } from '../dns/mail-domain';
import type { CliWorld } from '../world';
import type { DomainChange } from './changes';
import type { CurrentState } from './meaning';

/** Finds what happens to mail while SES verifies; undefined where a change leaves no signed mail unsigned. */
export async function unsignedMailMeanwhile(
  world: CliWorld,
  change: DomainChange,
  current: CurrentState | undefined,
): Promise<UnsignedMail | undefined> {
  if (change.kind === 'removed' || !signsAnew(change, current)) return undefined;
  const { domain, gate } = change.after;
  return unsignedMailOf(world, { domain, settings: gateSettings({}, gate) }, async () =>
    mailFromNow(change, current),
  );
}

/** Whether an identity that signs now gets another key. */
function signsAnew(change: DomainChange, current: CurrentState | undefined): boolean {
  if (change.kind !== 'changed') return current?.ses?.status === 'SUCCESS';
  return change.settings.some(({ path }) => path === 'selector' || path.startsWith('keyStore.'));
}

/** Returns the MAIL FROM domain that SES has: what the same deploy sets is not verified in time. */
function mailFromNow(change: DomainChange, current: CurrentState | undefined) {
  if (current) return current.ses?.mailFrom;
  if (change.kind === 'changed' && change.before.mailFrom) throw new Error('SES was not asked');
  return undefined;
}

/** Words of caution, where receivers do not deliver such mail. */
export function unsignedMailCaution({ outcome, inWords, mailFrom }: UnsignedMail): string | undefined {
  if (outcome !== 'rejected' && outcome !== 'quarantined') return undefined;
  const todo = mailFrom
    ? ''
    : ' Set `mailFrom` first, in a deploy of its own: once SES has verified it, such mail passes by SPF.';
  return `Mail that goes out unsigned while SES verifies is ${inWords}.${todo}`;
}
