import type { ObjectStore } from '../aws/object-store';
import { iso } from '../clock';
import { MINIMUM_OVERLAP_DAYS, privateKeyObject, recordName, s3Uri } from '../contract';
import { ByodkimError, CERTIFICATE_CODES, hasCode } from '../errors';
import type { SigningRequest } from '../event';
import type { RsaPublicKey } from '../key/public-key';
import type { Ledger } from '../ledger/ledger';
import { ledgersIn, readLedger } from '../ledger/ledger-store';
import { keyDeleted } from '../ledger/transitions';
import { framed } from '../notices/layout';
import { type NoticeOutcome, tryPublish } from '../notices/publish';
import { isNeeded, keyUse } from '../rotation/stages';
import { Session } from '../transaction/session';
import type { World } from '../world';
import { describedKey, readInformation, type StoredInformation, writeInformation } from './dns-information';
import { type KeyWork, keyWork, requireKey } from './private-key';

export type DeletedKey = Awaited<ReturnType<typeof deleteKey>>;

/**
 * Deletes the private key of a selector, every version: what is gone can neither sign nor be put back. So it is refused
 * as long as SES signs with it, a revert or a destroy would go back to it, in any region and of any domain whose ledger
 * names it, or its record is still published. Asking again is harmless.
 * @throws ByodkimError KEY_STILL_NEEDED, CERTIFICATE_NOT_FOUND, CONCURRENT_UPDATE, ACCESS_DENIED, DEPENDENCY_FAILED,
 *   VALIDATION_ERROR
 */
export async function deleteKey(world: World, request: SigningRequest) {
  const { domain, region, selector } = request;
  const before = keyWork(world, request);
  refuseOtherPlace(before);
  const { keyPlace, recordPlace } = before;
  const stored = await readInformation(before.services.store, recordPlace);
  const publicKey = await publicKeyOf(before, stored);
  // DNS is slow, and a lease is short.
  const published = await publishedRecord(world, request, publicKey);
  const transaction = `delete-${world.uuid()}`;
  const deletedFrom = s3Uri(keyPlace);
  const versions = await Session.run(world, request, async (session) => {
    const { identities, store } = session.services;
    const ledgers = await everyLedger(world, store, region);
    refuseNeeded(request, [...needs(ledgers, request, world.clock.now()), ...published]);
    const state = await identities.get(domain);
    // Set by hand, so that no ledger knows.
    if (state?.origin === 'EXTERNAL' && state.selector === selector)
      refuseNeeded(request, [`SES signs with it in ${region}: rotate first, and deploy`]);
    refuseMadeAnew(request, stored, await readInformation(store, recordPlace));
    // Reading many ledgers takes time, and what is erased cannot be put back: whoever took over is to decide.
    await session.ensureLease();
    const erased = await store.erase(keyPlace);
    const { information, etag } = stored;
    // Its description stays, and says that the key was given up on purpose.
    if (information) {
      const deletedAt = iso(world.clock.now());
      await writeInformation(store, recordPlace, { ...information, deletedAt }, etag);
    }
    await session.finish(
      keyDeleted(session.ledger, { selector, transaction, place: deletedFrom }, session.now()),
    );
    return erased;
  });
  const message = `The private key of selector ${selector} of ${domain} was deleted from ${deletedFrom}, with all its versions (${versions}).`;
  world.log.info('Key deleted', { domain, selector, versions });
  const notice = await tell(before, message);
  return { statusCode: 200, message, domain, selector, versions, deletedFrom, notice };
}

/** The ledgers name keys by selector and place: of one that lies elsewhere they may not know. */
function refuseOtherPlace({ world, request: { domain, selector }, keyPlace }: KeyWork): void {
  const expected = s3Uri({
    bucket: world.environment.keyStoreBucket,
    key: privateKeyObject(domain, selector),
  });
  const found = s3Uri(keyPlace);
  if (found === expected) return;
  throw new ByodkimError('VALIDATION_ERROR', {
    what:
      `keyStore: expected the place of the key store of this region, ${expected}, found ${found}. A key in another place is deleted by ` +
      'whoever put it there. Nothing was deleted.',
    details: { fields: ['keyStore'], found },
  });
}

/** Which record is its own: of the key, or of its description where the key is gone. */
async function publicKeyOf(work: KeyWork, { information }: StoredInformation): Promise<RsaPublicKey> {
  try {
    return (await requireKey(work)).key.publicKey;
  } catch (error) {
    const described = hasCode(error, ...CERTIFICATE_CODES) && information && describedKey(information);
    if (described) return described;
    throw error;
  }
}

/** A published record says that the key is in use, or that whoever has the key may use it. */
async function publishedRecord(
  world: World,
  { domain, selector, gate }: SigningRequest,
  expected: RsaPublicKey,
): Promise<string[]> {
  const outcome = await world.prove(
    { domain, selector, expected, ...gate, waitSeconds: 0 },
    { clock: world.clock, remainingMs: () => world.remainingMs() },
  );
  const name = recordName(domain, selector);
  if (outcome.ready || outcome.servers.some(({ verdict }) => verdict === 'ready'))
    return [
      `Its record ${name} is still published: have it removed, or set to "v=DKIM1; p=" (revokedSelectors)`,
    ];
  const unknown = `Whether its record ${name} is still published could not be found out`;
  if (outcome.code === 'DNS_LOOKUP_FAILED') return [`${unknown}: ${outcome.message}`];
  // Where the others say that it is gone, the one that is behind is the one to ask.
  const silent = outcome.servers.filter(({ verdict }) => verdict === 'unreachable');
  return silent.length === 0
    ? []
    : [
        `${unknown}: ${silent.map(({ name: server, address }) => server ?? address).join(', ')} did not answer`,
      ];
}

/** Every ledger that could name a key of this store: of all domains here. */
async function everyLedger(world: World, store: ObjectStore, here: string): Promise<Ledger[]> {
  const bucket = world.environment.keyStoreBucket;
  const places = await ledgersIn(store, bucket, here);
  const found: Ledger[] = [];
  for (let first = 0; first < places.length; first += LEDGERS_AT_ONCE) {
    const some = places.slice(first, first + LEDGERS_AT_ONCE);
    const read = await Promise.all(some.map((place) => readLedger(store, bucket, place)));
    found.push(...read.flatMap((ledger) => ledger ?? []));
  }
  return found;
}
const LEDGERS_AT_ONCE = 16;

function needs(ledgers: readonly Ledger[], request: SigningRequest, now: number): string[] {
  const { domain, selector, rotation } = request;
  const own = ledgers.filter((each) => each.domain === domain);
  const known = own.some(({ signers }) => signers.some((each) => each.selector === selector));
  const overlapDays = rotation?.overlapDays ?? MINIMUM_OVERLAP_DAYS;
  const uses = own.flatMap((ledger) => {
    const use = keyUse(ledger, selector, overlapDays, now);
    return use && isNeeded(use) ? [{ ...use, region: ledger.region }] : [];
  });
  const named = ledgers.filter((each) => namesKey(each, request));
  // It may have made the key anew since DNS was asked.
  const isNext = own.some(({ turn }) => turn?.selector === selector && turn.stage !== 'revoked');
  return [
    ...(isNext ? ['The function is about to rotate to it (rotate: automatic), or has tried to'] : []),
    ...(known
      ? []
      : [
          `No region has ever signed with ${selector}: it may be the next one. To give it up, delete the object yourself`,
        ]),
    ...uses.flatMap(({ region, stage, recordMayGoAt }) => {
      if (stage === 'active') return [`SES signs with it in ${region}, or is to: rotate first, and deploy`];
      // Mail that is under way needs the record alone.
      return recordMayGoAt === null
        ? [`A revert or a destroy in ${region} would go back to it: it is what SES had before`]
        : [];
    }),
    ...named
      .filter(({ region }) => !uses.some((use) => use.region === region && use.stage === 'active'))
      .map(
        (each) => `The ledger of ${each.domain} in ${each.region} names it as what signs, or as the way back`,
      ),
  ];
}

/** Whether what signs, or what is gone back to, is this very object. */
function namesKey(
  { open, owner, inForce, baseline }: Ledger,
  { keyStore: { bucket, privateKey } }: SigningRequest,
): boolean {
  const restored = [open?.previous, baseline].map((each) =>
    each?.restoration.kind === 'byodkim' ? each.restoration.key : undefined,
  );
  const set = [open?.wanted, open?.owner?.wanted, owner?.wanted, inForce].map((each) => each?.key);
  return [...restored, ...set].some((each) => each?.bucket === bucket && each.key === privateKey);
}

function refuseNeeded({ domain, selector }: SigningRequest, reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  throw new ByodkimError('KEY_STILL_NEEDED', {
    what: `The private key of selector ${selector} of ${domain} cannot be deleted. ${reasons.join('. ')}. Nothing was deleted.`,
    details: { domain, selector, reasons },
  });
}

/** What would be erased is another key by now: what was asked of DNS says nothing of it. @throws ByodkimError CONCURRENT_UPDATE */
function refuseMadeAnew(
  { domain, region, selector }: SigningRequest,
  before: StoredInformation,
  now: StoredInformation,
): void {
  const etagOf = ({ information, etag }: StoredInformation) => information && etag;
  if (etagOf(before) === etagOf(now)) return;
  throw new ByodkimError('CONCURRENT_UPDATE', {
    what: `The key of ${selector} of ${domain} was made anew, or its record sent out, while this run was at work. Nothing was deleted.`,
    advice: 'Find out who needs it; then ask again.',
    details: { domain, region },
  });
}

async function tell({ world, services, request }: KeyWork, message: string): Promise<NoticeOutcome> {
  const { resultTopicArn } = world.environment;
  if (resultTopicArn === '') return { sent: false, reason: 'there is no topic for results' };
  const { domain, selector } = request;
  const notice = framed(request, iso(world.clock.now()), {
    subject: `DKIM key deleted: ${domain} (${selector})`,
    lead: message,
    facts: { Selector: selector },
    todo: ['Nothing. It cannot be brought back; another key may be made under this selector.'],
  });
  return tryPublish(world, services, resultTopicArn, notice);
}
