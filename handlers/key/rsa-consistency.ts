import type { KeyObject } from 'node:crypto';

const integer = (base64url: string): bigint =>
  BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex') || '0'}`);

/**
 * Whether the numbers of an RSA private key belong together (RFC 8017 §3.2). OpenSSL reads a damaged key without a
 * word, and even signs with it where the damage is in the CRT numbers; what SES would do is anyone's guess.
 */
export const isConsistentRsaKey = (privateKey: KeyObject): boolean => {
  const jwk = privateKey.export({ format: 'jwk' });
  const [n, e, d, p, q, dp, dq, qi] = (['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((part) =>
    integer(String(jwk[part] ?? '')),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  if (p < 3n || q < 3n || e < 3n) return false;
  return (
    p * q === n &&
    (d * e) % (p - 1n) === 1n &&
    (d * e) % (q - 1n) === 1n &&
    d % (p - 1n) === dp &&
    d % (q - 1n) === dq &&
    (qi * q) % p === 1n
  );
};
