import { dnsRecordsFolder } from '../handlers/contract';
import type { RsaPublicKey } from '../handlers/key/public-key';
import { awsFailure } from './aws/aws-failure';
import { callFunction } from './aws/function';
import { CliError } from './cli-error';
import type { Cli } from './command';
import { keyStoreOf } from './domain-list';
import { keyOfRecord } from './expected-key';
import { functionOf, type Target } from './target';

/** The key that a record has to be of, and who says so. */
export interface ExpectedKey {
  readonly key: RsaPublicKey;
  /** In words, e.g. `the function ses-byodkim`. */
  readonly source: string;
}

/**
 * The public half of the private key in S3. The function is asked, since it sees the key itself; or, where a bucket is
 * named, its DNS information, which takes no more than `s3:GetObject` on `dns_records/*`.
 * @throws CliError
 */
export const findExpectedKey = (
  cli: Cli,
  target: Target,
  selector: string,
  bucket: string | undefined,
): Promise<ExpectedKey> =>
  bucket === undefined
    ? askFunction(cli, target, selector)
    : readDnsInformation(cli, target, selector, bucket);

async function askFunction(cli: Cli, target: Target, selector: string): Promise<ExpectedKey> {
  const place = functionOf(target);
  const keyStore = target.listed && keyStoreOf(target.listed);
  const answer = await callFunction(cli.world, place, 'record', {
    domain: target.domain,
    selector,
    region: place.region,
    ...(keyStore && { keyStore }),
  });
  const source = `function ${place.functionName} in ${place.region}`;
  return { key: keyOfRecord(valueIn(answer, source), source), source };
}

async function readDnsInformation(
  { world }: Cli,
  target: Target,
  selector: string,
  bucket: string,
): Promise<ExpectedKey> {
  const place = target.listed?.keyStore?.dnsRecords ?? dnsRecordsFolder(target.domain);
  const key = place.endsWith('/') ? `${place}${selector}.json` : place;
  const source = `s3://${bucket}/${key}`;
  const { region } = functionOf(target);
  const body = await world.getObject({ bucket, key, region }).catch((error: unknown) => {
    world.signal.throwIfAborted();
    throw awsFailure(error, { action: 's3:GetObject', resource: source });
  });
  if (body === null)
    throw new CliError(
      `There is no DNS information at ${source}. Make the key first (\`byodkim key create ${target.domain}\`), or give the key with --public-key or --key-file.`,
      'CERTIFICATE_NOT_FOUND',
    );
  return { key: keyOfRecord(valueIn(parse(body), source), source), source };
}

/** The record's value, in what the function or the DNS information says of it. */
function valueIn(information: unknown, source: string): string {
  const { record, value } = (information ?? {}) as { record?: { value?: unknown }; value?: unknown };
  const found = record?.value ?? value;
  if (typeof found === 'string') return found;
  throw new CliError(`${source} does not say what the record's value is (value).`, 'UNEXPECTED_ANSWER');
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
