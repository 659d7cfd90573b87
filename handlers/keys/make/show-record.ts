import { s3Uri } from '../../contract/contract';
import type { Place, SigningRequest } from '../../contract/input/event';
import type { ByodkimError } from '../../errors/errors';
import { forDomain } from '../../escape';
import type { Ledger } from '../../ledger/ledger';
import { readLedger } from '../../ledger/ledger-store';
import { askedRemovalOf } from '../../ledger/removals';
import type { KeyWarning } from '../../words/key-answers';
import type { DnsRecord } from '../../words/record';
import type { World } from '../../world';
import { readInformation, type StoredInformation } from '../state/dns-information';
import { asGone, keyWork, readKey } from './find-or-make';
import { recordOf } from './store-information';

/** The answer to `record`. */
export interface RecordAnswer {
  readonly statusCode: 200;
  readonly domain: string;
  readonly selector: string;
  readonly record: DnsRecord;
  /** Place of the private key, e.g. `s3://bucket/key`. */
  readonly storedAt: string;
  /** Whether the key in S3 has replaced the key of this record. */
  readonly refusal?: Pick<ByodkimError, 'code' | 'message' | 'advice'>;
  readonly warnings: readonly KeyWarning[];
}

/**
 * Returns the record of the key in S3 or, if that key has replaced the one that SES signs with, the record of the latter.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, KEY_MISSING; KEY_REPLACED if S3 no longer has the latter
 */
export async function showRecord(world: World, request: SigningRequest): Promise<RecordAnswer> {
  const { domain, selector } = request;
  const work = keyWork(world, request);
  const { recordPlace } = work;
  const [{ found: there, replaced }, stored, ledger] = await Promise.all([
    readKey(work).catch(async (error: unknown) => {
      throw await asGone(work, error);
    }),
    readInformation(work.services.store, recordPlace),
    readLedger(work.services.store, world.environment.keyStoreBucket, request),
  ]);
  if (replaced && !replaced.applied) throw replaced.error;
  const found = replaced?.applied ?? there;
  const record = await recordOf(work, found, stored);
  return {
    statusCode: 200,
    domain,
    selector,
    record,
    storedAt: s3Uri(work.keyPlace),
    ...(replaced && { refusal: refusalOf(replaced.error, request) }),
    warnings: [...warningsOf(stored, record, s3Uri(recordPlace)), ...warningsOfRemoval(ledger, request)],
  };
}

const refusalOf = ({ code, message, advice }: ByodkimError, place: Place): RecordAnswer['refusal'] => ({
  code,
  message,
  advice: forDomain(advice, place),
});

/** Warns that the DNS team was asked to remove the record, and may still do so. */
function warningsOfRemoval(ledger: Ledger | null, request: SigningRequest): KeyWarning[] {
  const { domain, region } = request;
  const asked = ledger && askedRemovalOf(ledger.removals, request);
  return asked ? [{ kind: 'removal-asked', domain, region, ...asked }] : [];
}

function warningsOf(
  { value: information, foreign }: StoredInformation,
  record: DnsRecord,
  place: string,
): KeyWarning[] {
  if (information?.fingerprint === record.fingerprint || foreign?.includes(record.publicKey)) return [];
  if (information) return [{ kind: 'information-of-other-key', place, fingerprint: information.fingerprint }];
  return [{ kind: foreign === undefined ? 'no-information' : 'information-without-record', place }];
}
