import { createPublicKey } from 'node:crypto';
import { hasCode } from '../../handlers/errors/errors';
import { readSigningKey } from '../../handlers/keys/format/pem';
import { type PublicKey, publicKeyOf } from '../../handlers/keys/format/public-key';
import { readRecord } from '../../handlers/keys/format/record';
import { isSupported } from '../../handlers/keys/format/rsa';
import type { RecordAnswer } from '../../handlers/keys/make/show-record';
import { aliasesOf, dnsRecord } from '../../handlers/keys/state/dns-record';
import type { Alias } from '../../handlers/words/record';
import { keyFileError, usageError } from '../errors/cli-error';
import type { AliasForms, RecordToPublish } from '../words/dns';
import type { Cli } from '../world/cli';
import type { CliWorld } from '../world/world';
import type { FunctionTarget } from './function';
import { askFunction, eventFields, functionOf, type Target } from './target';

function aliasForms({ name, target }: Alias): AliasForms {
  const ttlSeconds = 3600;
  const zoneFile = `${name}. ${ttlSeconds} IN CNAME ${target}.`;
  return { name, type: 'CNAME', ttlSeconds, value: target, zoneFile, route53: `${target}.` };
}

/** Returns the aliases that the DNS team of a delegated domain publishes once, in the forms of a record. */
export const aliasesIn = ({ domain, delegation }: Target): readonly AliasForms[] | undefined =>
  delegation && aliasesOf(domain, delegation).map(aliasForms);

/** A key with its source. */
interface FoundKey {
  readonly key: PublicKey;
  /** The function that has it; `null` for a file of the command line. */
  readonly source: FunctionTarget | null;
  readonly warnings: readonly string[];
  /** Reason why a deploy would not accept the key. */
  readonly refusal: RecordAnswer['refusal'];
}

/** A key with the record to publish. */
export interface FoundRecord extends FoundKey {
  readonly record: RecordToPublish;
}

/** Finds the record of the key in a file, or that of the private key in S3 from the function. @throws CliError */
export async function findRecord(
  cli: Cli,
  target: Target,
  selector: string,
  keyFile?: string,
): Promise<FoundRecord> {
  const { domain, region, listed } = target;
  const found =
    keyFile === undefined ? await askForKey(cli, target, selector) : await findInFile(cli.world, keyFile);
  const request = { domain, selector, region, mailFrom: listed?.mailFrom };
  const { createdAt: _, dueAt: __, ...own } = dnsRecord(request, found.key, 0);
  const record: RecordToPublish = { ...own, aliases: aliasesIn(target) };
  return { ...found, record };
}

async function findInFile(world: CliWorld, keyFile: string): Promise<FoundKey> {
  const key = await readKeyFile(world, keyFile);
  return { key, source: null, warnings: [], refusal: undefined };
}

async function askForKey(cli: Cli, target: Target, selector: string): Promise<FoundKey> {
  const work = { code: 'ASKING_FOR_RECORD', facts: { selector, domain: target.domain } } as const;
  // The record does not depend on the delegation, whose zone the function allows only once the control stack is deployed.
  const { rotation, ...ofKey } = eventFields(target, selector);
  const { keyLifetimeDays } = rotation ?? {};
  const fields = { ...ofKey, ...(keyLifetimeDays && { rotation: { keyLifetimeDays } }) };
  const { record, warnings, refusal } = await askFunction(cli, target, 'record', { fields, work });
  const source = functionOf(target);
  const reading = readRecord(record.value);
  if ('problem' in reading) throw usageError('record-unreadable', { ...source, problem: reading.problem });
  return { key: reading.key, source, warnings, refusal };
}

/** Reads a private key's public half, or a public key, in PEM. The private key stays in this process. */
export async function readKeyFile(world: CliWorld, file: string): Promise<PublicKey> {
  const bytes = await readKeyBytes(world, file);
  const text = bytes.toString('latin1');
  if (text.includes('PRIVATE KEY-----') || !/-----BEGIN (RSA )?PUBLIC KEY-----/.test(text))
    return publicHalf(bytes, file);
  try {
    const key = createPublicKey(text);
    if (isSupported(key)) return publicKeyOf(key);
  } catch {
    // This replaces OpenSSL's error, which does not help.
  }
  throw usageError('no-public-key', { file });
}

export const readKeyBytes = (world: CliWorld, file: string): Promise<Buffer> =>
  world.readFile(file).catch(({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT') throw usageError('no-key-file', { file });
    if (code === 'EISDIR') throw usageError('key-file-is-folder', { file });
    throw usageError('key-file-unreadable', { reason: message });
  });

/** Returns the public half of a private key that SES accepts. @throws CliError for any other */
export function publicHalf(privateKey: Uint8Array, file: string): PublicKey {
  try {
    return readSigningKey(privateKey, file).publicKey;
  } catch (error) {
    if (!hasCode(error, 'CERTIFICATE_INVALID')) throw error;
    throw keyFileError(error);
  }
}
