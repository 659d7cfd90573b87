import type { ObjectPlace } from '../aws/object-store';
import { NOTICE } from '../budgets';
import { iso, MINUTE_MS } from '../clock';
import { type Delegation, dnsRecordObject, ENVIRONMENT } from '../contract';
import { readInformation, type StoredInformation, writeInformation } from '../manager/dns-information';
import type { DnsRecord } from '../manager/dns-record';
import type { Services, World } from '../world';
import { noticeOf } from './dns-notice';
import { type NoticeOutcome, publish, tryPublish } from './publish';

/** What the DNS team is told of, and where that is noted. */
export interface Announcement {
  /** Of the DNS information. */
  readonly place: ObjectPlace;
  readonly record: DnsRecord;
  readonly stored: StoredInformation;
  readonly delegation: Delegation | undefined;
}

export interface Announced {
  readonly notice: NoticeOutcome;
  readonly warnings: readonly string[];
}

/** Why no notice can go anywhere. */
export const NO_DNS_TOPIC = `no topic of the DNS team is set (${ENVIRONMENT.dnsTopicArn})`;

/**
 * Tells the DNS team of a record, unless it was told before. Sent first and remembered then, so at least once: a
 * second notice is read and laid aside, but one that was never sent leaves everybody waiting.
 */
export async function announceOnce(
  world: World,
  services: Services,
  announcement: Announcement,
): Promise<Announced> {
  const { record, stored, delegation } = announcement;
  const not = (reason: string): Announced => ({ notice: { sent: false, reason }, warnings: [] });
  const { dnsTopicArn } = world.environment;
  if (dnsTopicArn === '') return not(NO_DNS_TOPIC);
  if (stored.kind !== 'ours')
    return not('its DNS information was written by somebody else, who has told the DNS team or will');
  const notifiedAt = stored.information.notifiedAt ?? (await toldOfOther(world, services, announcement));
  if (notifiedAt !== undefined) return not(`the DNS team was told at ${notifiedAt}`);
  const notice = await tryPublish(
    world,
    services,
    dnsTopicArn,
    noticeOf(world.environment, record, delegation),
  );
  return { notice, warnings: notice.sent ? await remember(world, services, announcement) : [] };
}

/** Both aliases of a delegated name are told of at once: when the other selector had its turn. */
async function toldOfOther(
  world: World,
  { store }: Services,
  { place: { bucket }, record: { domain, selector }, delegation }: Announcement,
): Promise<string | undefined> {
  const other = delegation?.selectors.find((each) => each !== selector);
  if (other === undefined) return undefined;
  const stored = await readInformation(store, { bucket, key: dnsRecordObject(domain, other) }).catch(
    (error: Error) => {
      world.log.warn(`It is not known whether the DNS team was told before: ${error.message}`);
      return null;
    },
  );
  return stored?.kind === 'ours' ? stored.information.notifiedAt : undefined;
}

/**
 * Tells the DNS team again, on request; not where they were told just now.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function announceAgain(
  world: World,
  services: Services,
  announcement: Announcement,
): Promise<Announced> {
  const { record, stored, delegation } = announcement;
  const told = stored.kind === 'ours' ? stored.information.notifiedAt : undefined;
  if (told !== undefined && world.clock.now() < Date.parse(told) + NOTICE.againMs) {
    const reason = `the DNS team was told at ${told}, and is told again no sooner than ${NOTICE.againMs / MINUTE_MS} minutes later`;
    return { notice: { sent: false, reason }, warnings: [] };
  }
  await publish(
    world,
    services,
    world.environment.dnsTopicArn,
    noticeOf(world.environment, record, delegation),
  );
  return { notice: { sent: true }, warnings: await remember(world, services, announcement) };
}

/** Notes in the DNS information that its notice was sent; not to be able to is no failure. */
async function remember(
  world: World,
  { store }: Services,
  { place, stored }: Announcement,
): Promise<string[]> {
  if (stored.kind !== 'ours') return [];
  try {
    const notifiedAt = iso(world.clock.now());
    // Where somebody else wrote in between, they noted the same.
    await writeInformation(store, place, { ...stored.information, notifiedAt }, stored.etag);
    return [];
  } catch (error) {
    const warning = `It could not be noted that the DNS team was told, so it may be told again: ${(error as Error).message}`;
    world.log.warn(warning, { ...place });
    return [warning];
  }
}
