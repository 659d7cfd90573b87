import { s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import type { Services, World } from '../world';
import {
  type DnsInformation,
  informationPlace,
  readInformation,
  type StoredInformation,
  storedSince,
  writeInformation,
} from './dns-information';
import { type DnsRecord, dnsRecord } from './dns-record';
import { type EnsuredKey, privateKeyPlace } from './private-key';

export interface EnsuredInformation {
  readonly record: DnsRecord;
  readonly stored: StoredInformation;
  /** Whether this run has written it. */
  readonly written: boolean;
  readonly warnings: readonly string[];
}

/**
 * Lays the record to publish beside a key, unless it is there; what somebody else laid there stays.
 * @throws ByodkimError CERTIFICATE_INVALID (it is the record of another key), ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function ensureInformation(
  world: World,
  services: Services,
  request: SigningRequest,
  { found, created }: EnsuredKey,
  stored: StoredInformation,
): Promise<EnsuredInformation> {
  const { publicKey } = found.key;
  const place = informationPlace(request);
  if (stored.kind === 'ours' && stored.information.deletedAt === undefined) {
    refuseOtherKey(stored.information, request, publicKey.fingerprint);
    const createdAt = Date.parse(stored.information.createdAt);
    return { record: dnsRecord(request, publicKey, createdAt), stored, written: false, warnings: [] };
  }
  // The age of a key that we did not make is that of its object.
  const since = created ? undefined : await storedSince(services.store, privateKeyPlace(request));
  const createdAt = since ?? world.clock.now();
  const record = dnsRecord(request, publicKey, createdAt);
  if (stored.kind === 'foreign') {
    const warning =
      `${s3Uri(place)} was written by somebody else and does not hold the record of this key ` +
      `(${publicKey.fingerprint}); it was left as it is`;
    const warnings = stored.text.includes(publicKey.spki) ? [] : [warning];
    return { record, stored, written: false, warnings };
  }
  const etag = stored.kind === 'ours' ? stored.etag : null;
  const written = await writeInformation(services.store, place, { format: 1, ...record }, etag);
  if (written !== null) return { record, stored: written, written: true, warnings: [] };
  const theirs = await readInformation(services.store, place);
  if (theirs.kind !== 'absent')
    return ensureInformation(world, services, request, { found, created }, theirs);
  throw new ByodkimError('DEPENDENCY_FAILED', {
    what: `s3:PutObject on ${s3Uri(place)} failed: another write to it was under way. The private key is stored.`,
    advice: 'Try again to have its DNS information written.',
    details: { action: 's3:PutObject', resource: s3Uri(place) },
  });
}

function refuseOtherKey(information: DnsInformation, request: SigningRequest, fingerprint: string): void {
  if (information.fingerprint === fingerprint) return;
  const place = s3Uri(informationPlace(request));
  throw new ByodkimError('CERTIFICATE_INVALID', {
    what:
      `The DNS information in ${place} is of another key than ${s3Uri(privateKeyPlace(request))}: ` +
      `expected ${fingerprint}, found ${information.fingerprint}. One of the two was replaced. Nothing was written.`,
    advice:
      'Bring the private key back from its earlier version, or delete the DNS information so that it is written anew ' +
      '(and the DNS team is told).',
    details: {
      place,
      reason: 'it describes another key',
      expected: fingerprint,
      found: information.fingerprint,
    },
  });
}
