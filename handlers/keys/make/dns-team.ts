import { putJson } from '../../aws/stored-json';
import { NOTICE } from '../../budgets';
import { iso, MINUTE_MS } from '../../clock';
import { dnsRecordObject, regionsAskedFor } from '../../contract/contract';
import type { SigningRequest } from '../../contract/input/event';
import type { Ledger } from '../../ledger/ledger';
import { askedRemovalOf } from '../../ledger/removals';
import { Session } from '../../ledger/session';
import { removalWithdrawn } from '../../ledger/transitions';
import { proveMailFrom } from '../../mail-domain/mail-from';
import { dnsNotice } from '../../notices/dns-notice';
import { hasTopic, isHeard, type NoticeOutcome, notify, notSent } from '../../notices/publish';
import type { KeyWarning } from '../../words/key-answers';
import type { Notice } from '../../words/notice-layout';
import type { AskedRecord, DnsRequest, RecordsToPublish } from '../../words/notices.en';
import type { DnsRecord, RecordForms } from '../../words/record';
import type { AskedRemoval } from '../../words/removal';
import type { NotSent } from '../../words/results';
import { gateWorld, type World } from '../../world';
import type { PublicKey } from '../format/public-key';
import { readDescription, readInformation, type StoredInformation } from '../state/dns-information';
import { aliasesOf, dnsRecord } from '../state/dns-record';
import { findSpares } from '../state/spares';
import { askDns, type KeyWork, keyWork, requireKeyInForce } from './find-or-make';
import { type EnsuredInformation, ensureInformation } from './store-information';

/** Whether the DNS team was notified, or why not. */
export interface Announcement {
  readonly notice: NoticeOutcome;
  readonly warnings: readonly KeyWarning[];
}

export const notNotified = (why: NotSent): Announcement => ({
  notice: notSent(why),
  warnings: [],
});

/** Options of a request to the DNS team. */
export interface Announced extends Pick<EnsuredInformation, 'record' | 'stored'> {
  readonly key: PublicKey;
  /** Whether the key has just been made, so that its record cannot be published yet. */
  readonly isNew: boolean;
  /** The records of other prepared selectors that are not published. */
  readonly spares?: readonly DnsRecord[];
  /** A request to remove the record, which is withdrawn. */
  readonly removal?: AskedRemoval | undefined;
}

/**
 * Asks the DNS team for the records that are not published yet, unless it was asked before. The notice is sent first and
 * recorded afterwards: a second notice does no harm, but without any, the record would never be published.
 * @param again whether the caller asked for it; it may then be sent again after a while, and a failure is thrown
 * @returns the result, and the notice, whether sent or not
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED if the caller asked for it and SNS fails
 */
export async function announce(
  work: KeyWork,
  announced: Announced,
  again = false,
): Promise<Announcement & { readonly text: Notice; readonly asked?: DnsRequest | undefined }> {
  const { world, services, request } = work;
  const { stored } = announced;
  const audience = again ? 'on-request' : 'dns-team';
  const asked = await requestOf(work, announced);
  const text = dnsNotice(world, request, asked ?? everythingOf(announced));
  if (asked === undefined) return { ...notNotified({ kind: 'published' }), text };
  const why =
    hasTopic(world, audience) && asked.kind !== 'withdrawal'
      ? await (again ? tooSoon(work, stored) : alreadyNotified(work, stored))
      : undefined;
  if (why !== undefined) return { ...notNotified(why), text };
  const notice = await notify(world, services, audience, text);
  // The next call sends the notice again if nobody received it.
  return { notice, warnings: isHeard(notice) ? await noteNotified(work, stored) : [], text, asked };
}

/**
 * Returns the request for the unpublished records of a key, its domain’s MAIL FROM and prepared selectors; undefined if all are
 * published. If the DNS team was asked to remove a record that is still published, the request to keep it comes first.
 */
async function requestOf(work: KeyWork, announced: Announced): Promise<DnsRequest | undefined> {
  const { domain, rotation } = work.request;
  const { record, key, isNew, spares = [], removal } = announced;
  const [isPublished, mailFrom] = await Promise.all([
    !isNew && askDns(work, key).then(({ ready }) => ready),
    unpublishedMailFrom(work, record),
  ]);
  const delegation = rotation?.delegation;
  if (isPublished && removal) return { kind: 'withdrawal', ...removal };
  if (isPublished && mailFrom.length === 0 && spares.length === 0) return undefined;
  if (delegation)
    return { kind: 'aliases', zone: delegation.zone, aliases: aliasesOf(domain, delegation), mailFrom };
  const ofKey = isPublished ? [] : [asked(record, 'key')];
  return {
    kind: 'records',
    records: [...ofKey, ...spares.map((each) => asked(each, 'later-key')), ...mailFrom],
    key: isPublished ? undefined : record,
  };
}

/** Returns the request for all records of a key, published or not. */
const everythingOf = ({ record }: Announced): RecordsToPublish => ({
  kind: 'records',
  records: [asked(record, 'key'), ...(record.mailFrom ?? []).map((each) => asked(each, 'mail-from'))],
  key: record,
});

const asked = (
  { name, type, value, ttlSeconds, zoneFile, route53 }: RecordForms,
  purpose: AskedRecord['purpose'],
): AskedRecord => ({ name, type, value, ttlSeconds, zoneFile, route53, purpose });

/**
 * Returns the requested records of each region's MAIL FROM domain, unless the gate would pass the published ones. If an MX
 * record of another region is published, nobody is asked to replace it, since the deploy names both options.
 */
async function unpublishedMailFrom(
  { world, request }: KeyWork,
  { mailFrom = [] }: DnsRecord,
): Promise<AskedRecord[]> {
  if (mailFrom.length === 0) return [];
  const proved = await Promise.all(
    regionsAskedFor(request).map((region) =>
      proveMailFrom(world.lookUp, { ...request, ...request.gate, region, waitSeconds: 0 }, gateWorld(world)),
    ),
  );
  const missing = new Set(
    proved
      .filter(({ code, otherRegions }) => code && !otherRegions)
      .map(({ mailFromDomain }) => mailFromDomain),
  );
  return mailFrom.filter(({ name }) => missing.has(name)).map((each) => asked(each, 'mail-from'));
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
  readonly domain: string;
  readonly selector: string;
  readonly record: DnsRecord;
  readonly notice: NoticeOutcome;
  /** The notice itself, to be sent in another way. */
  readonly text: Notice;
  /** Whether it asks to keep the record, since the DNS team was asked to remove it. */
  readonly keeps: boolean;
  readonly warnings: readonly KeyWarning[];
}

/**
 * Sends the DNS team's notice again, with the records of prepared selectors that are not published. Fails if SNS fails, since
 * the caller asked for the notice.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, KEY_MISSING, KEY_REPLACED, CONCURRENT_UPDATE, ACCESS_DENIED,
 * DEPENDENCY_FAILED
 */
export async function notifyDnsTeam(world: World, request: SigningRequest): Promise<NotifyAnswer> {
  const { domain, selector, rotation } = request;
  const work = keyWork(world, request);
  const found = await requireKeyInForce(work);
  const stored = await readInformation(work.services.store, work.recordPlace);
  const described = await ensureInformation(work, found, stored);
  const session = Session.open(world, request, 'change');
  await session.read();
  const delegation = rotation?.delegation;
  const spares = delegation ? [] : await unpublishedSpares(work, session.ledger);
  const record = { ...described.record, ...(spares.length > 0 && { spares }) };
  const removal = askedRemovalOf(session.ledger.removals, request);
  const key = found.key.publicKey;
  const announced = { record, stored: described.stored, key, isNew: false, spares, removal };
  const { notice, warnings, text, asked } = await announce(work, announced, true);
  // Without a topic, the caller gets the notice itself, to be sent in another way.
  if (removal && (isHeard(notice) || !hasTopic(world, 'on-request')))
    await session.withLease(() => session.finish(removalWithdrawn(session.ledger, selector)));
  return {
    statusCode: 200,
    domain,
    selector,
    record,
    notice,
    text,
    keeps: asked?.kind === 'withdrawal',
    warnings: [...described.warnings, ...warnings],
  };
}

/** Returns the records of the other prepared selectors that some server lacks. */
async function unpublishedSpares(work: KeyWork, ledger: Ledger): Promise<DnsRecord[]> {
  const { domain, selector: current } = work.request;
  const { store } = work.services;
  const bucket = work.world.environment.keyStoreBucket;
  const spares = await findSpares(work.world, store, ledger);
  const records = await Promise.all(
    spares.map(async (selector) => {
      const found = selector === current ? undefined : await readDescription(store, bucket, domain, selector);
      if (found === undefined || (await askDns(work, found.publicKey, selector)).ready) return [];
      return [dnsRecord({ domain, selector }, found.publicKey, 0)];
    }),
  );
  return records.flat();
}

/** Records in the DNS information that its notice was sent. A failure is returned as a warning. */
async function noteNotified(
  { world, services, recordPlace }: KeyWork,
  { value: information, etag }: StoredInformation,
): Promise<KeyWarning[]> {
  if (!information) return [];
  try {
    const notifiedAt = iso(world.clock.now());
    // A run that wrote in between has recorded it, too.
    await putJson(services.store, recordPlace, { ...information, notifiedAt }, { etag });
    return [];
  } catch (error) {
    return [{ kind: 'not-noted', problem: (error as Error).message }];
  }
}
