import {
  checkPrimeSync,
  constants,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';

const fromBytes = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex') || '0'}`);
const integer = (base64url: string): bigint => fromBytes(Buffer.from(base64url, 'base64url'));
const base64url = (n: bigint, octets: number): string =>
  Buffer.from(n.toString(16).padStart(2 * octets, '0'), 'hex').toString('base64url');

/**
 * Rounds of Miller and Rabin. Of what a generator took for a prime of 1,024 bits by mistake one in 2^70 passes (Damgård,
 * Landrock, Pomerance 1993). Of what somebody made up to pass, one in 4^2 does; but that is their own key.
 */
const PRIME_ROUNDS = 2;

/** Below this OpenSSL's own test takes no time. */
const SMALL_FACTOR = 1n << 256n;

/** From here on OpenSSL takes no exponent of more than 64 bits (OPENSSL_RSA_SMALL_MODULUS_BITS). */
const LARGE_FACTOR = 1n << 3072n;

/**
 * OpenSSL's own test of a number of this size has 64 rounds, whatever it is asked for: a tenth of a second for two
 * factors on a small function. So its powers are taken instead, as the "encryption" to a key with that modulus.
 */
const isPrime = (n: bigint): boolean => {
  if (n < SMALL_FACTOR || n >= LARGE_FACTOR) return checkPrimeSync(n);
  if (n % 2n === 0n) return false;
  let [odd, twos] = [n - 1n, 0];
  for (; odd % 2n === 0n; odd /= 2n) twos += 1;
  const octets = Math.ceil(n.toString(16).length / 2);
  const key = createPublicKey({
    key: { kty: 'RSA', n: base64url(n, octets), e: base64url(odd, octets) },
    format: 'jwk',
  });
  const isWitness = (): boolean => {
    const base = Buffer.concat([Buffer.alloc(1), randomBytes(octets - 1)]);
    let power = fromBytes(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, base));
    for (let i = 0; power !== n - 1n; i += 1) {
      if (i === 0 && power === 1n) return false;
      if (i === twos - 1) return true;
      power = (power * power) % n;
    }
    return false;
  };
  return !Array.from({ length: PRIME_ROUNDS }).some(isWitness);
};

/**
 * The two factors of an RSA private key, or why its numbers do not make a key that signs (RFC 8017 §3.2). OpenSSL reads
 * a damaged key without a word, and even signs with it where the damage is in the CRT numbers; what SES would do is
 * anyone's guess. The modulus must have been bounded before.
 */
export const factorsOf = (
  privateKey: KeyObject,
): { factors: readonly [bigint, bigint] } | { problem: string } => {
  let jwk: ReturnType<KeyObject['export']> & Record<string, unknown>;
  try {
    jwk = privateKey.export({ format: 'jwk' }) as typeof jwk;
  } catch {
    return { problem: 'it is no RSA key of two primes' };
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
  if (!consistent) return { problem: 'its numbers do not belong together: the file is damaged' };
  return isPrime(p) && isPrime(q)
    ? { factors: [p, q] }
    : { problem: 'one of its two factors is no prime: it can be factored, and signatures fail' };
};
