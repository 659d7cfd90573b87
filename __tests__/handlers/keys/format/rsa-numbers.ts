import { checkPrimeSync, createHash, createPrivateKey, generatePrimeSync, type KeyObject } from 'node:crypto';

const base64url = (n: bigint): string => {
  const hex = n.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
};

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/** `a⁻¹ mod m`. */
const inverse = (a: bigint, m: bigint): bigint => {
  let [r, nextR, x, nextX] = [m, ((a % m) + m) % m, 0n, 1n];
  while (nextR !== 0n) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  return ((x % m) + m) % m;
};

/** The usual exponent. */
const F4 = 65537n;
/** A prime that makes a key with it. */
const isFactor = (n: bigint): boolean => (n - 1n) % F4 !== 0n && checkPrimeSync(n);

export const prime = (bits: number): bigint => {
  for (;;) {
    const candidate = generatePrimeSync(bits, { bigint: true });
    if (isFactor(candidate)) return candidate;
  }
};

/** A key of these numbers, whether they make a good one or not; its formal relations all hold. */
export const keyOf = (p: bigint, q: bigint, e = F4): KeyObject => {
  const lambda = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n);
  const d = inverse(e, lambda);
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const key = Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, base64url(n)]));
  return createPrivateKey({ key: { kty: 'RSA', ...key }, format: 'jwk' });
};

/** Returns the first prime of 512 bits from a hash on. */
function primeOf(name: string): bigint {
  const highest = 3n << 510n;
  let candidate = BigInt(`0x${createHash('sha512').update(name).digest('hex')}`) | highest | 1n;
  while (!isFactor(candidate)) candidate += 2n;
  return candidate;
}

/** A key of 1024 bits that is the same in each run, so that a case of it can be repeated. */
export const sameKey = (): KeyObject => keyOf(primeOf('p'), primeOf('q'));
