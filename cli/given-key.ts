import { createPublicKey } from 'node:crypto';
import { type Command, Option } from 'commander';
import { hasCode } from '../handlers/errors';
import { readSigningKey } from '../handlers/key/private-key';
import { type RsaPublicKey, rsaPublicKeyOf } from '../handlers/key/public-key';
import { readRecord } from '../handlers/key/record';
import { usageError } from './cli-error';
import type { CliWorld } from './world';

/** The key on the command line; without one, the function is asked. */
export interface KeyOptions {
  readonly keyFile?: string;
  readonly record?: string;
}

export const addKeyOptions = <Kind extends Command>(command: Kind, what: string): Kind =>
  command
    .addOption(new Option('--key-file <file>', `${what}: a PEM file, private or public`).conflicts('record'))
    .addOption(new Option('--record <value>', `${what}: a record's value, 'v=DKIM1; …'`));

/** Reads the key that was given on the command line. @throws CliError */
export async function readGivenKey(
  world: CliWorld,
  { keyFile, record }: KeyOptions,
): Promise<RsaPublicKey | undefined> {
  if (record !== undefined) return keyOfRecord(record, '--record');
  return keyFile === undefined ? undefined : readKeyFile(world, keyFile);
}

/** @param place where the record was read, for the message */
export function keyOfRecord(value: string, place: string): RsaPublicKey {
  const reading = readRecord(value);
  if ('problem' in reading) throw usageError(`${place}: the record ${reading.problem}.`);
  return reading.key;
}

/** Reads a private key's public half, or a public key, in PEM. The private key stays in this process. */
async function readKeyFile(world: CliWorld, file: string): Promise<RsaPublicKey> {
  const bytes = await world.readFile(file).catch(({ code, message }: NodeJS.ErrnoException) => {
    throw usageError(`--key-file: ${code === 'ENOENT' ? `there is no file ${file}` : message}.`);
  });
  const text = bytes.toString('latin1');
  if (!text.includes('PRIVATE KEY-----') && /-----BEGIN (RSA )?PUBLIC KEY-----/.test(text))
    return readPublicPem(text, file);
  try {
    return readSigningKey(bytes, file).publicKey;
  } catch (error) {
    if (!hasCode(error, 'CERTIFICATE_INVALID')) throw error;
    const { place, reason } = error.details;
    throw usageError(`The private key in ${place} cannot be used: ${reason}. ${error.advice}`);
  }
}

function readPublicPem(text: string, file: string): RsaPublicKey {
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyType === 'rsa') return rsaPublicKeyOf(key);
  } catch {
    // Replaces OpenSSL's error, which does not help.
  }
  throw usageError(`--key-file: ${file} holds no RSA public key that can be read.`);
}
