import type { ObjectStore } from '../aws/object-store';
import { onceArrived } from '../aws/retry';
import { KEPT_MS, untilKept } from '../budgets';
import { delegatedName, recordName } from '../contract';
import { type GateOutcome, otherAliases } from '../dns/outcome';
import { gateDetails, gateError } from '../dns/wording';
import { ByodkimError, hasCode } from '../errors';
import type { Place, SigningRequest } from '../event';
import { type FoundKey, fetchKey, requireDnsInformation } from '../key/key-source';
import { knownKeys } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import type { World } from '../world';

/** The key in S3 and the proof that its public half is published. */
export interface Proof {
  readonly found: FoundKey;
  readonly outcome: GateOutcome;
}

/**
 * Proves that the record is on every authoritative server, valid, and the public half of the very key that S3 holds.
 * Nothing has been written anywhere when this throws.
 * @throws ByodkimError CERTIFICATE_*, DNS_*, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function proveKey(world: World, request: SigningRequest): Promise<Proof> {
  const { bucket, privateKey, dnsRecords } = request.keyStore;
  const clock = untilKept(world, () => 'gate');
  const { store } = world.services(request.domain, request.region, clock);
  const found = await beside(
    onceArrived(clock, () => fetchKey(store, world.redactor, { bucket, key: privateKey })),
    requireDnsInformation(store, { bucket, key: dnsRecords }),
  );
  const outcome = await world.prove(
    {
      domain: request.domain,
      selector: request.selector,
      expected: found.key.publicKey,
      ...request.gate,
    },
    { clock: world.clock, remainingMs: () => Math.max(0, world.remainingMs() - KEPT_MS.gate) },
  );
  world.log.info('The gate was asked', {
    ready: outcome.ready,
    code: outcome.code,
    servers: outcome.servers,
  });
  refuseOtherAlias(outcome, request);
  if (!outcome.ready) throw await withKnownKey(gateError(outcome), world, store, request);
  return { found, outcome };
}

/** Adds whose key is published, where it is one that this domain signs or signed with. */
async function withKnownKey(
  error: ByodkimError,
  { environment }: World,
  store: ObjectStore,
  place: Place,
): Promise<ByodkimError> {
  if (!hasCode(error, 'DNS_KEY_MISMATCH')) return error;
  const ledger = await readLedger(store, environment.keyStoreBucket, place).catch(() => null);
  const published = new Set(error.details.servers.map(({ fingerprint }) => fingerprint));
  const owner = (ledger ? knownKeys(ledger) : []).find(({ key }) => published.has(key.fingerprint));
  return owner ? error.with({}, `The published key is the one of selector ${owner.selector}.`) : error;
}

/** Awaits both; if both fail, throws the first one's error, whichever failed sooner. */
async function beside<T>(first: Promise<T>, second: Promise<unknown>): Promise<T> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return one.value;
}

/**
 * Refuses a delegated name that is not an alias of the name in our zone on every server: one that leads elsewhere may
 * show the right key today, and would not follow the next rotation.
 */
function refuseOtherAlias(outcome: GateOutcome, { domain, selector, rotation }: SigningRequest): void {
  if (!rotation?.delegation) return;
  const target = delegatedName(domain, selector, rotation.delegation);
  const others = otherAliases(outcome.servers, target);
  if (others.length === 0) return;
  const name = recordName(domain, selector);
  const found = others.map(
    ({ address, name: host, aliasTo }) =>
      `${host === undefined ? address : `${host} (${address})`} has ${aliasTo ? `an alias of ${aliasTo}` : 'none'}`,
  );
  throw new ByodkimError('DNS_TXT_NOT_READY', {
    what: `${name} is delegated: expected an alias, once and for all: ${name}. IN CNAME ${target}. Found: ${found.join('; ')}.`,
    advice:
      'Have the DNS team publish it, in place of any other record at that name; the record itself is published by the stack.',
    details: { ...gateDetails(outcome), servers: others, expectedAlias: target },
  });
}

/**
 * Answers `DnsGate`, the first resource of a stack: proves the record and does nothing else. Read-only.
 * @throws ByodkimError as `proveKey`.
 */
export async function passGate(world: World, request: SigningRequest) {
  const { found, outcome } = await proveKey(world, request);
  return {
    statusCode: 200,
    ready: true,
    domain: request.domain,
    selector: request.selector,
    fingerprint: found.reference.fingerprint,
    zone: outcome.zone,
    servers: outcome.servers.map(({ address, name, role, verdict }) => ({ address, name, role, verdict })),
    warnings: outcome.warnings,
  };
}
