import { s3Uri } from '../contract';
import type { SigningRequest } from '../event';
import { fetchKey } from '../key/key-source';
import type { World } from '../world';
import { informationPlace, readInformation, type StoredInformation, storedSince } from './dns-information';
import { type DnsRecord, dnsRecord, type RecordedAnswer } from './dns-record';
import { privateKeyPlace } from './private-key';

export interface RecordAnswer extends RecordedAnswer {
  /** Where the private key lies, e.g. `s3://bucket/key`. */
  readonly storedAt: string;
}

/**
 * The record of the very key that S3 holds, whoever made it. Read-only: the key is never part of the answer.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function showRecord(world: World, request: SigningRequest): Promise<RecordAnswer> {
  const { domain, selector } = request;
  const services = world.services(domain, request.region, world.clock);
  const keyPlace = privateKeyPlace(request);
  const [found, stored] = await Promise.all([
    fetchKey(services.store, world.redactor, keyPlace),
    readInformation(services.store, informationPlace(request)),
  ]);
  const { publicKey } = found.key;
  const described = stored.kind === 'ours' && stored.information.fingerprint === publicKey.fingerprint;
  const createdAt = described
    ? Date.parse(stored.information.createdAt)
    : ((await storedSince(services.store, keyPlace)) ?? world.clock.now());
  const record = dnsRecord(request, publicKey, createdAt);
  return {
    statusCode: 200,
    message: `The record of selector ${selector} of ${domain} is that of key ${publicKey.fingerprint}.`,
    domain,
    selector,
    record,
    storedAt: s3Uri(keyPlace),
    warnings: described ? [] : warningsOf(stored, record, request),
  };
}

function warningsOf(stored: StoredInformation, record: DnsRecord, request: SigningRequest): string[] {
  const place = s3Uri(informationPlace(request));
  if (stored.kind === 'absent')
    return [`there is no DNS information of it at ${place}; \`byodkim key create\` lays it there`];
  if (stored.kind === 'foreign')
    return stored.text.includes(record.publicKey)
      ? []
      : [`the DNS information at ${place} does not hold this record`];
  return [
    `the DNS information at ${place} is of another key (${stored.information.fingerprint}): ` +
      'the DNS team was given the wrong record, or the key was replaced since',
  ];
}
