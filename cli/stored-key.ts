import { dnsRecordsFolder, s3Uri } from '../handlers/contract';
import { type DnsRecord, dnsRecord } from '../handlers/dkim-key/dns-record';
import type { RsaPublicKey } from '../handlers/key/public-key';
import { awsFailure } from './aws/aws-failure';
import { callFunction } from './aws/function';
import { CliError } from './cli-error';
import type { Cli } from './command';
import type { KeyOptions } from './given-key';
import { keyOfRecord, readGivenKey } from './given-key';
import { eventFields, functionOf, type Target } from './target';

/** The record to publish, its key, and its source. */
export interface KnownRecord {
  readonly key: RsaPublicKey;
  /** `createdAt` and `dueAt` only where the source knows them. */
  readonly record: Omit<DnsRecord, 'createdAt' | 'dueAt'> & Partial<Pick<DnsRecord, 'createdAt' | 'dueAt'>>;
  /** In words, e.g. `function ses-byodkim in ap-northeast-1`. */
  readonly source: string;
  /** Where the private key lies, where the source knows it. */
  readonly storedAt?: string;
  readonly warnings: readonly string[];
}

/**
 * The record of the key that was given; or of the private key in S3, as the function sees it; or, where a bucket is
 * named, as its DNS information has it, which takes no more than `s3:GetObject` on `dns_records/*`.
 * @throws CliError
 */
export async function findRecord(
  cli: Cli,
  target: Target,
  selector: string,
  options: KeyOptions,
): Promise<KnownRecord> {
  const given = await readGivenKey(cli.world, options);
  if (given) return known(target, selector, given, 'the command line');
  const asked =
    options.bucket === undefined
      ? askFunction(cli, target, selector)
      : readDnsInformation(cli, target, selector, options.bucket);
  return cli.out.progress.during(`Asking for the record of ${selector} of ${target.domain}`, asked);
}

async function askFunction(cli: Cli, target: Target, selector: string): Promise<KnownRecord> {
  const place = functionOf(target);
  const answer = await callFunction(cli.world, place, 'record', eventFields(target, selector));
  const source = `function ${place.functionName} in ${place.region}`;
  const { record, storedAt, warnings } = answer;
  const key = keyOfRecord(record.value, source);
  return {
    ...known(target, selector, key, source, record),
    storedAt,
    warnings,
  };
}

async function readDnsInformation(
  { world }: Cli,
  target: Target,
  selector: string,
  bucket: string,
): Promise<KnownRecord> {
  const place = target.listed?.keyStore?.dnsRecords ?? dnsRecordsFolder(target.domain);
  const key = place.endsWith('/') ? `${place}${selector}.json` : place;
  const source = s3Uri({ bucket, key });
  const { region } = functionOf(target);
  const body = await world.getObject({ bucket, key, region }).catch((error: unknown) => {
    world.signal.throwIfAborted();
    throw awsFailure(error, { action: 's3:GetObject', resource: source });
  });
  if (body === null)
    throw new CliError(
      `There is no DNS information at ${source}. Make the key first (\`byodkim key create ${target.domain}\`), or give the key with --record or --key-file.`,
      'CERTIFICATE_NOT_FOUND',
    );
  const information = parse(body);
  return known(target, selector, keyOfRecord(valueIn(information, source), source), source, information);
}

function known(
  { domain }: Target,
  selector: string,
  key: RsaPublicKey,
  source: string,
  dates: Pick<Partial<DnsRecord>, 'createdAt' | 'dueAt'> = {},
): KnownRecord {
  const { createdAt: _, dueAt: __, ...record } = dnsRecord({ domain, selector }, key, 0);
  const { createdAt, dueAt } = dates;
  return {
    key,
    record: {
      ...record,
      ...(createdAt !== undefined && { createdAt }),
      ...(dueAt !== undefined && { dueAt }),
    },
    source,
    warnings: [],
  };
}

/** The record's value: information of another make may name it otherwise, and then it is not understood. */
function valueIn(information: { readonly value?: unknown } | undefined, source: string): string {
  if (typeof information?.value === 'string') return information.value;
  throw new CliError(
    `${source} does not have the record's value (expected "value": "v=DKIM1; …").`,
    'UNEXPECTED_ANSWER',
  );
}

function parse(body: Uint8Array): Partial<DnsRecord> {
  try {
    const value = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
