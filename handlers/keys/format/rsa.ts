/**
 * Contains everything that depends on the type of a key. SES signs with RSA. If SES ever accepts another type, such as Ed25519
 * (RFC 8463), only this file and `KEY_TYPE` change.
 */

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { KEY_BITS } from '../../key-limits';
import type { PublicKeyProblem } from '../../words/keys';

/** The `k=` of the records of SES's keys, which is also the default of a record without it (RFC 6376 §3.6.1). */
export const RECORD_KEY_TYPE = 'rsa';

/** Go's verifiers, and old Windows ones, hold an exponent in 31 bits; beyond that a signature cannot be checked. */
const MAX_EXPONENT = 2n ** 31n - 1n;

/** DER types of private keys by PEM label (RFC 7468). */
export const KEY_LABELS: Readonly<Record<string, 'pkcs1' | 'pkcs8'>> = {
  'RSA PRIVATE KEY': 'pkcs1',
  'PRIVATE KEY': 'pkcs8',
};

/** Checks whether SES signs with keys of this type. */
export const isSupported = (key: KeyObject): boolean => key.asymmetricKeyType === 'rsa';

const hexadecimal = (base64url: string): string =>
  Buffer.from(base64url, 'base64url').toString('hex').replace(/^0+/, '');

/** The numbers that identify a public key, in lower-case hexadecimal without leading zeros. */
export interface KeyNumbers {
  readonly modulus: string;
  readonly exponent: string;
  readonly bits: number;
}

/** Returns the numbers of a public key of a supported type. */
export function numbersOf(key: KeyObject): KeyNumbers {
  const { n, e } = key.export({ format: 'jwk' }) as { n: string; e: string };
  const bits = key.asymmetricKeyDetails!.modulusLength!;
  return { modulus: hexadecimal(n), exponent: hexadecimal(e), bits };
}

export const sameNumbers = (a: KeyNumbers, b: KeyNumbers): boolean =>
  a.modulus === b.modulus && a.exponent === b.exponent;

/** Returns the reason why no mail can be signed and checked with a key, or undefined if it can. */
export function keyProblem({ bits, exponent }: KeyNumbers): PublicKeyProblem | undefined {
  if (bits < KEY_BITS.least) return { kind: 'too-few-bits', bits };
  if (bits > KEY_BITS.most) return { kind: 'too-many-bits', bits };
  const e = BigInt(`0x${exponent || '0'}`);
  if (e < 3n || e % 2n === 0n) return { kind: 'even-exponent' };
  return e > MAX_EXPONENT ? { kind: 'long-exponent' } : undefined;
}

/**
 * Checks whether the numbers of an RSA private key match each other (RFC 8017 §3.2). OpenSSL reads a damaged key without an
 * error, and even signs with it if the damage is in the CRT numbers. The caller must have limited the modulus.
 */
export function isConsistent(privateKey: KeyObject): boolean {
  let jwk: Readonly<Record<string, unknown>>;
  try {
    jwk = { ...privateKey.export({ format: 'jwk' }) };
  } catch {
    // The key has more than two primes.
    return false;
  }
  const number = (part: string): bigint =>
    BigInt(`0x${Buffer.from(String(jwk[part] ?? ''), 'base64url').toString('hex') || '0'}`);
  const [n, e, d, p, q] = [number('n'), number('e'), number('d'), number('p'), number('q')];
  if (p < 3n || q < 3n || p * q !== n) return false;
  return (
    (d * e) % (p - 1n) === 1n &&
    (d * e) % (q - 1n) === 1n &&
    d % (p - 1n) === number('dp') &&
    d % (q - 1n) === number('dq') &&
    (number('qi') * q) % p === 1n
  );
}

/**
 * Returns a private key in the form that SES accepts: PKCS#1, whatever was stored. AWS's guide accepts PKCS#8 as well, but in
 * 2023 users reported that SES never verified it (awsdocs/amazon-ses-developer-guide#71).
 */
export const derForSes = (key: KeyObject): Buffer => key.export({ type: 'pkcs1', format: 'der' });

/** Makes an RSA private key of the largest size that SES accepts, as unencrypted PKCS#8 in PEM. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: KEY_BITS.most,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}
