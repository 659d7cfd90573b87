import type { KeyObject } from 'node:crypto';
import type { RsaPublicKey } from './public-key';

/** Go's verifiers, and old Windows ones, hold an exponent in 31 bits; beyond that a signature cannot be checked. */
const MAX_EXPONENT = 2n ** 31n - 1n;

/** Returns why no signature can be checked with the exponent of a key; undefined if one can. `key.bits` must be bounded. */
export function exponentProblem({ exponent }: RsaPublicKey): string | undefined {
  const e = BigInt(`0x${exponent || '0'}`);
  if (e < 3n || e % 2n === 0n) return 'its exponent is even or 1, so that it cannot sign';
  return e > MAX_EXPONENT
    ? 'its exponent is larger than 31 bits, and many verifiers do not take it'
    : undefined;
}

/**
 * Returns whether the numbers of an RSA private key match each other (RFC 8017 §3.2). OpenSSL reads a damaged key without an
 * error, and even signs with it if the damage is in the CRT numbers. The modulus must have been bounded before.
 */
export function isConsistent(privateKey: KeyObject): boolean {
  let jwk: Readonly<Record<string, unknown>>;
  try {
    jwk = { ...privateKey.export({ format: 'jwk' }) };
  } catch {
    // It has more than two primes.
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
