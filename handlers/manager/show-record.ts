import { s3Uri } from '../contract';
import type { SigningRequest } from '../event';
import { fetchKey } from '../key/key-source';
import type { World } from '../world';
import { informationPlace, readInformation, recordOf, type StoredInformation } from './dns-information';
import type { DnsRecord, RecordedAnswer } from './dns-record';
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
  const record = await recordOf(world, services, request, { found, created: false }, stored);
  return {
    statusCode: 200,
    message: `The record of selector ${selector} of ${domain} is that of key ${record.fingerprint}.`,
    domain,
    selector,
    record,
    storedAt: s3Uri(keyPlace),
    warnings: warningsOf(stored, record, request),
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
  if (stored.information.fingerprint === record.fingerprint) return [];
  return [
    `the DNS information at ${place} is of another key (${stored.information.fingerprint}): ` +
      'the DNS team was given the wrong record, or the key was replaced since',
  ];
}
