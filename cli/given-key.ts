import { createPublicKey } from 'node:crypto';
import { readRecord } from '../handlers/dns/record';
import { hasCode } from '../handlers/errors';
import { readSigningKey } from '../handlers/key/private-key';
import { type RsaPublicKey, readPublicKeyDer, rsaPublicKeyOf } from '../handlers/key/public-key';
import { usageError } from './cli-error';
import type { CliWorld } from './world';

/** Where the operator says that the expected key is; at most one. */
export interface GivenKey {
  readonly publicKey?: string;
  readonly keyFile?: string;
  readonly record?: string;
}

/** The key that was given on the command line; `undefined`: none was. @throws CliError */
export async function readGivenKey(world: CliWorld, given: GivenKey): Promise<RsaPublicKey | undefined> {
  if (given.publicKey !== undefined) return fromBase64(given.publicKey);
  if (given.record !== undefined) return keyOfRecord(given.record, '--record');
  if (given.keyFile !== undefined) return fromFile(world, given.keyFile);
  return undefined;
}

/** @param place where the record was read, for the message */
export function keyOfRecord(value: string, place: string): RsaPublicKey {
  const reading = readRecord(value);
  if ('problem' in reading) throw usageError(`${place}: the record ${reading.problem}.`);
  return reading.key;
}

function fromBase64(text: string): RsaPublicKey {
  const base64 = text.replace(/^\s*p=/, '').replace(/[\s;]+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    throw usageError(
      '--public-key: expected the base64 of a public key, as it stands after p= in the record.',
    );
  const reading = readPublicKeyDer(Buffer.from(base64, 'base64'));
  if ('problem' in reading) throw usageError(`--public-key: it ${reading.problem}.`);
  return reading.key;
}

/** A private key's public half, or a public key, in PEM. The private key stays in this process. */
async function fromFile(world: CliWorld, file: string): Promise<RsaPublicKey> {
  let bytes: Buffer;
  try {
    bytes = await world.readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usageError(`--key-file: ${code === 'ENOENT' ? `there is no file ${file}` : message}.`);
  }
  const text = bytes.toString('latin1');
  if (!text.includes('PRIVATE KEY-----') && /-----BEGIN (RSA )?PUBLIC KEY-----/.test(text))
    return fromPublicPem(text, file);
  try {
    return readSigningKey(bytes, file).publicKey;
  } catch (error) {
    if (!hasCode(error, 'CERTIFICATE_INVALID')) throw error;
    const { place, reason } = error.details;
    throw usageError(`The private key in ${place} cannot be used: ${reason}. ${error.advice}`);
  }
}

function fromPublicPem(text: string, file: string): RsaPublicKey {
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyType === 'rsa') return rsaPublicKeyOf(key);
  } catch {
    // Said below: OpenSSL's own words help nobody.
  }
  throw usageError(`--key-file: ${file} holds no RSA public key that can be read.`);
}
