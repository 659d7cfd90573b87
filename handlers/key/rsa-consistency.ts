import { checkPrimeSync, type KeyObject } from 'node:crypto';

const integer = (base64url: string): bigint =>
  BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex') || '0'}`);

/** Rounds of Miller and Rabin; what is no prime passes one in four times at most. */
const PRIME_CHECKS = 32;

/**
 * Why the numbers of an RSA private key do not make a key that signs (RFC 8017 §3.2), undefined if they do. OpenSSL
 * reads a damaged key without a word, and even signs with it where the damage is in the CRT numbers; what SES would do
 * is anyone's guess. The modulus must have been bounded before.
 */
export const rsaFlaw = (privateKey: KeyObject): string | undefined => {
  let jwk: ReturnType<KeyObject['export']> & Record<string, unknown>;
  try {
    jwk = privateKey.export({ format: 'jwk' }) as typeof jwk;
  } catch {
    return 'it is no RSA key of two primes';
  }
  const [n, e, d, p, q, dp, dq, qi] = (['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((part) =>
    integer(String(jwk[part] ?? '')),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  const consistent =
    p >= 3n &&
    q >= 3n &&
    e >= 3n &&
    d < n &&
    p * q === n &&
    (d * e) % (p - 1n) === 1n &&
    (d * e) % (q - 1n) === 1n &&
    d % (p - 1n) === dp &&
    d % (q - 1n) === dq &&
    (qi * q) % p === 1n;
  if (!consistent) return 'its numbers do not belong together: the file is damaged';
  const prime = [p, q].every((factor) => checkPrimeSync(factor, { checks: PRIME_CHECKS }));
  return prime ? undefined : 'one of its two factors is no prime: it can be factored, and signatures fail';
};
