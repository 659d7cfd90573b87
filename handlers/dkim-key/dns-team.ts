import { putJson } from '../aws/stored-json';
import { NOTICE } from '../budgets';
import { iso, MINUTE_MS } from '../clock';
import { dnsRecordObject } from '../contract/contract';
import type { Environment } from '../contract/input/environment';
import type { SigningRequest } from '../contract/input/event';
import type { Delegation } from '../contract/input/event-schema';
import type { Notice, NotSent } from '../facts/notices';
import type { DnsNotice, DnsRecord } from '../facts/records';
import { emptyLedger } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { hasTopic, type NoticeOutcome, notify, notSent } from '../notices/publish';
import { readDescription, readInformation, type StoredInformation } from '../selector/dns-information';
import { aliasesOf, dnsRecord } from '../selector/dns-record';
import { findSpares } from '../selector/spares';
import { noticeNotSent, notNoted, requestSent } from '../words/key-answers';
import { dnsSubject, englishNotice } from '../words/notices.en';
import { japaneseNotice } from '../words/notices.ja';
import { describeReaders } from '../words/results';
import type { World } from '../world';
import { askDns, type KeyWork, keyWork, requireKey } from './private-key';
import { type EnsuredInformation, ensureInformation } from './store-information';

/** Whether the DNS team was notified, or why not. */
export interface Announcement {
  readonly notice: NoticeOutcome;
  readonly warnings: readonly string[];
}

export const notNotified = (why: NotSent): Announcement => ({
  notice: notSent(why),
  warnings: [],
});

/**
 * Notifies the DNS team of a record, unless it was notified before. The notice is sent first and noted afterwards: a second
 * notice does no harm, without one the record is never published.
 * @param again whether it was asked for: then it is sent once more after a while, and a failure is thrown
 * @returns the notice as well, sent or not
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED if it was asked for and SNS fails
 */
export async function announce(
  work: KeyWork,
  { record, stored }: Pick<EnsuredInformation, 'record' | 'stored'>,
  again = false,
): Promise<Announcement & { readonly text: Notice }> {
  const { world, services, request } = work;
  const audience = again ? 'on-request' : 'dns-team';
  const text = noticeOf(world.environment, record, request.rotation?.delegation);
  const why = hasTopic(world, audience)
    ? await (again ? tooSoon(work, stored) : alreadyNotified(work, stored))
    : undefined;
  if (why !== undefined) return { ...notNotified(why), text };
  const notice = await notify(world, services, audience, text);
  // What nobody got is sent again by the next call.
  const isRead = notice.sent && notice.subscribers?.confirmed !== 0;
  return { notice, warnings: isRead ? await noteNotified(work, stored) : [], text };
}

async function alreadyNotified(
  work: KeyWork,
  { value: information }: StoredInformation,
): Promise<NotSent | undefined> {
  if (!information) return { kind: 'foreign-record' };
  const { notifiedAt = await otherNotifiedAt(work) } = information;
  return notifiedAt === undefined ? undefined : { kind: 'notified', at: notifiedAt };
}

/** Returns when the notice of the other selector was sent, which named both aliases; undefined if it cannot be read. */
async function otherNotifiedAt({ services, request, recordPlace }: KeyWork): Promise<string | undefined> {
  const { domain, selector, rotation } = request;
  const other = rotation?.delegation?.selectors.find((each) => each !== selector);
  if (other === undefined) return undefined;
  const place = { bucket: recordPlace.bucket, key: dnsRecordObject(domain, other) };
  const stored = await readInformation(services.store, place).catch(() => null);
  return stored?.value?.notifiedAt;
}

function tooSoon({ world }: KeyWork, { value: information }: StoredInformation): NotSent | undefined {
  const notifiedAt = information?.notifiedAt;
  return notifiedAt !== undefined && world.clock.now() < Date.parse(notifiedAt) + NOTICE.againMs
    ? { kind: 'notified-lately', at: notifiedAt, minutes: NOTICE.againMs / MINUTE_MS }
    : undefined;
}

/** The answer to `notify_dns_team`. */
export interface NotifyAnswer {
  readonly statusCode: 200;
  readonly message: string;
  readonly domain: string;
  readonly selector: string;
  readonly record: DnsRecord;
  readonly notice: NoticeOutcome;
  /** The notice itself, to send it another way. */
  readonly text: Notice;
  readonly warnings: readonly string[];
}

/**
 * Sends the DNS team's notice again, with the records of prepared selectors that are not published. Fails if SNS does, since
 * the notice is what was asked for.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, KEY_REPLACED, ACCESS_DENIED, DEPENDENCY_FAILED
 */
export async function notifyDnsTeam(world: World, request: SigningRequest): Promise<NotifyAnswer> {
  const { domain, selector, rotation } = request;
  const work = keyWork(world, request);
  const found = await requireKey(work);
  const stored = await readInformation(work.services.store, work.recordPlace);
  const described = await ensureInformation(work, found, stored);
  const delegation = rotation?.delegation;
  const spares = delegation ? [] : await unpublishedSpares(work);
  const record = { ...described.record, ...(spares.length > 0 && { spares }) };
  const { notice, warnings, text } = await announce(work, { record, stored: described.stored }, true);
  return {
    statusCode: 200,
    message: notice.sent
      ? requestSent(record.name, delegation && domain, describeReaders(notice.subscribers))
      : noticeNotSent(notice.reason),
    domain,
    selector,
    record,
    notice,
    text,
    warnings: [...described.warnings, ...warnings],
  };
}

/** Returns the records of the other prepared selectors that some server lacks. */
async function unpublishedSpares(work: KeyWork): Promise<DnsRecord[]> {
  const { domain, region, selector: current } = work.request;
  const { store } = work.services;
  const bucket = work.world.environment.keyStoreBucket;
  const ledger = await readLedger(store, bucket, work.request);
  const spares = await findSpares(work.world, store, ledger ?? emptyLedger(domain, region));
  const records = await Promise.all(
    spares.map(async (selector) => {
      const found = selector === current ? undefined : await readDescription(store, bucket, domain, selector);
      if (found === undefined || (await askDns(work, found.publicKey, selector)).ready) return [];
      return [dnsRecord({ domain, selector }, found.publicKey, 0)];
    }),
  );
  return records.flat();
}

/** Notes in the DNS information that its notice was sent. A failure is returned as a warning. */
async function noteNotified(
  { world, services, recordPlace }: KeyWork,
  { value: information, etag }: StoredInformation,
): Promise<string[]> {
  if (!information) return [];
  try {
    const notifiedAt = iso(world.clock.now());
    // A run that wrote in between has noted it too.
    await putJson(services.store, recordPlace, { ...information, notifiedAt }, { etag });
    return [];
  } catch (error) {
    return [notNoted((error as Error).message)];
  }
}

const TEXTS = { en: englishNotice, ja: japaneseNotice } as const;

/** Formats the notice of a record or, if its name is delegated, of the two aliases. */
export function noticeOf(
  { noticeLanguage, noticeContact }: Pick<Environment, 'noticeLanguage' | 'noticeContact'>,
  record: DnsRecord,
  delegation?: Delegation,
): Notice {
  const notice: DnsNotice = {
    record,
    aliases: delegation && aliasesOf(record.domain, delegation),
    contact: noticeContact,
  };
  const message = TEXTS[noticeLanguage](notice);
  const subject = dnsSubject(notice);
  return noticeContact === '' ? { subject, message } : { subject, message, contact: noticeContact };
}
