import type { ObjectStore } from '../aws/object-store';
import { onceArrived } from '../aws/retry';
import { untilKept } from '../budgets';
import { delegatedName } from '../contract/contract';
import type { RequestOf, SigningRequest } from '../contract/input/event';
import { aliasError, gateError } from '../dns/outcome';
import { ByodkimError, hasCode } from '../errors/errors';
import { asMissing, findReplaced } from '../keys/state/applied-key';
import { foreignKeyError } from '../keys/state/made-keys';
import { type FoundKey, fetchKey, requireDnsInformation } from '../keys/stored-key';
import { mailFromError, proveMailFrom } from '../mail-domain/mail-from';
import { findTexts } from '../mail-domain/texts';
import { type FindMailFrom, findUnsignedMail, type UnsignedMail } from '../mail-domain/unsigned-mail';
import { findKeyOwner } from '../sharing/other-regions';
import { recordSharers } from '../sharing/record-sharers';
import type { GateOutcome, MailFromOutcome } from '../words/gate';
import type { Warning } from '../words/results';
import type { UnsignedReason } from '../words/unsigned-mail';
import { gateWorld, type World } from '../world';

/** The key in S3 and the proof that its public half is published. */
export interface ProvedKey {
  readonly found: FoundKey;
  readonly outcome: GateOutcome;
  /** The MAIL FROM domain with its proved records, if one is wanted. */
  readonly mailFromDomain?: string | undefined;
}

/**
 * Proves that the record is on every authoritative server, is valid, and is the public half of the key in S3. If a MAIL FROM
 * domain is wanted, proves its records, too. Nothing is written.
 * @throws ByodkimError CERTIFICATE_*, DNS_*, KEY_MISSING, KEY_NOT_MADE_HERE, KEY_REPLACED, MAIL_FROM_*, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function proveKey(world: World, request: SigningRequest): Promise<ProvedKey> {
  const { domain, region, selector, gate } = request;
  const { bucket, privateKey, dnsRecords } = request.keyStore;
  const clock = untilKept(world, () => 'gate');
  const { store } = world.services(domain, region, clock);
  const [found] = await beside(
    onceArrived(clock, () => fetchKey(store, world.redactor, { bucket, key: privateKey })).catch(
      async (error: unknown) => {
        throw await asMissing(world, store, request, error);
      },
    ),
    requireDnsInformation(store, { bucket, key: dnsRecords }),
  );
  const foreign =
    request.createKey === true && (await foreignKeyError(world.environment, store, request, found));
  if (foreign) throw foreign;
  const asked = { domain, selector, expected: found.key.publicKey, ...gate };
  const proved = world.prove(asked, gateWorld(world));
  const [outcome, mailFrom] = await beside(
    proved.then((outcome) => requireReady(world, store, request, { found, outcome })),
    requireMailFrom(world, request),
  );
  return { found, outcome, mailFromDomain: mailFrom?.mailFromDomain };
}

/** @throws ByodkimError DNS_*, KEY_REPLACED. */
async function requireReady(
  world: World,
  store: ObjectStore,
  request: SigningRequest,
  { found, outcome }: Pick<ProvedKey, 'found' | 'outcome'>,
): Promise<GateOutcome> {
  const { ready, code, servers } = outcome;
  world.log.info('gate-asked', { ready, code, servers });
  refuseOtherAlias(outcome, request);
  if (ready) return outcome;
  const replaced = await findReplaced(world, store, request, found);
  throw replaced?.error ?? (await withKnownKey(gateError(outcome), world, store, request));
}

/**
 * Adds the owner of the published key, if this domain signs or has signed with it, here or in a region that shares its key.
 */
async function withKnownKey(
  error: ByodkimError,
  { environment }: World,
  store: ObjectStore,
  request: SigningRequest,
): Promise<ByodkimError> {
  if (!hasCode(error, 'DNS_KEY_MISMATCH')) return error;
  const fingerprints = new Set(error.facts.servers.map(({ fingerprint }) => fingerprint));
  const published = await findKeyOwner(store, environment.keyStoreBucket, request, fingerprints);
  return published === undefined ? error : error.with({ published });
}

/** Records that the DNS team must publish in addition to that of the key. */
const DNS_CODES = ['MAIL_FROM_NOT_READY', 'MAIL_FROM_INVALID'] as const;

/**
 * Awaits two promises. If both fail, throws the first error with the words of the other, so that one request to the DNS
 * team is enough.
 */
async function beside<T, U>(first: Promise<T>, second: Promise<U>): Promise<readonly [T, U]> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected' && other.status === 'rejected' && hasCode(other.reason, ...DNS_CODES)) {
    const { code, message, advice } = other.reason;
    throw one.reason instanceof ByodkimError
      ? one.reason.with({ also: { code, message, advice } })
      : one.reason;
  }
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return [one.value, other.value];
}

/** Refuses a delegated name that does not lead into our zone. */
function refuseOtherAlias(outcome: GateOutcome, { domain, selector, rotation }: SigningRequest): void {
  const refusal =
    rotation?.delegation && aliasError(outcome, delegatedName(domain, selector, rotation.delegation));
  if (refusal) throw refusal;
}

/** The answer of `DnsGate`. */
export interface GatePassed {
  readonly statusCode: 200;
  readonly ready: true;
  readonly domain: string;
  readonly selector: string;
  readonly fingerprint: string;
  readonly zone: GateOutcome['zone'];
  readonly servers: readonly Pick<GateOutcome['servers'][number], 'address' | 'name' | 'role' | 'verdict'>[];
  readonly mailFromDomain: string | undefined;
  /** The receivers' treatment of mail that is unsigned while SES verifies. */
  readonly unsignedMail: UnsignedReason;
  readonly warnings: readonly Warning[];
}

/**
 * Answers `DnsGate`, the first resource of a stack: proves the records in DNS. It writes nothing but the regions that share the
 * key of a home.
 * @throws ByodkimError as `proveKey` and `recordSharers`.
 */
export async function passGate(world: World, request: RequestOf<'gate'>): Promise<GatePassed> {
  const { domain, region, selector, gate } = request;
  if (request.readOnly !== true) await recordSharers(world, request);
  const { found, outcome, mailFromDomain } = await proveKey(world, request);
  const clock = untilKept(world, () => 'gate');
  const { identities } = world.services(domain, region, clock);
  // DMARC is read last, since resolvers remember that a record was missing. SES, whose rate all domains share, is read only if
  // it matters.
  const unsigned = await unsignedMail(
    world,
    { domain, gate },
    mailFromDomain === undefined ? null : async () => (await identities.get(domain))?.mailFrom,
  );
  return {
    statusCode: 200,
    ready: true,
    domain,
    selector,
    fingerprint: found.reference.fingerprint,
    zone: outcome.zone,
    servers: outcome.servers.map(({ address, name, role, verdict }) => ({ address, name, role, verdict })),
    mailFromDomain,
    unsignedMail: unsigned.why,
    warnings: outcome.warnings,
  };
}

/** Reading DMARC must not take longer, since no decision depends on it. */
const DMARC_MS = 8_000;

/** Finds the receivers' treatment of a domain's unsigned mail. Never rejects. */
export const unsignedMail = (
  world: World,
  { domain, gate }: Pick<SigningRequest, 'domain' | 'gate'>,
  findMailFrom: FindMailFrom | null,
): Promise<UnsignedMail> =>
  findUnsignedMail(domain, findMailFrom, findTexts(world.lookUp, gate, gateWorld(world, DMARC_MS)));

/**
 * Proves the records of the MAIL FROM domain, if one is wanted.
 * @throws ByodkimError MAIL_FROM_*, DNS_LOOKUP_FAILED.
 */
async function requireMailFrom(
  world: World,
  { domain, region, gate, mailFrom }: SigningRequest,
): Promise<MailFromOutcome | undefined> {
  if (mailFrom?.subdomain === undefined) return undefined;
  const outcome = await proveMailFrom(world.lookUp, { ...gate, domain, region, mailFrom }, gateWorld(world));
  if (!outcome.ready) throw mailFromError(outcome);
  return outcome;
}
