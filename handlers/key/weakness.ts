import type { RsaPublicKey } from './public-key';

/**
 * Keys that anybody can factor in seconds, or that verifiers do not take. The checks are those of the collections that
 * certificate authorities use (CA/Browser Forum BR 6.1.6, badkeys, the ROCA paper), as far as they need no data:
 * exponent, small factors, close factors, Infineon's ROCA. Debian's weak keys of 2008 are not looked for.
 */

/** Go's verifiers, and old Windows ones, hold an exponent in 31 bits; beyond that a signature cannot be checked. */
const MAX_EXPONENT = 2n ** 31n - 1n;

/** Factors up to this are looked for. */
const SMALL = 1 << 16;

const sieve = (): number[] => {
  const composite = new Uint8Array(SMALL);
  const primes: number[] = [];
  for (let n = 2; n < SMALL; n += 1) {
    if (composite[n]) continue;
    primes.push(n);
    for (let multiple = n * n; multiple < SMALL; multiple += n) composite[multiple] = 1;
  }
  return primes;
};

let known: readonly bigint[] | undefined;
/** Found when they are needed first. */
const smallPrimes = (): readonly bigint[] => {
  known ??= sieve().map(BigInt);
  return known;
};

/** The largest number whose square is not above `n` (Newton, from above). */
const squareRoot = (n: bigint): bigint => {
  let root = 1n << BigInt((n.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
};

/** Fermat's steps: with factors that differ in their lower half only, the first ones succeed. */
const FERMAT_STEPS = 100;

const SQUARES_MOD_16: ReadonlySet<number> = new Set([0, 1, 4, 9]);

const hasCloseFactors = (n: bigint): boolean => {
  let a = squareRoot(n);
  if (a * a < n) a += 1n;
  let rest = a * a - n;
  for (let step = 0; step < FERMAT_STEPS; step += 1) {
    // Three of four numbers are told from squares by their last digit.
    if (SQUARES_MOD_16.has(Number(rest & 15n))) {
      const root = squareRoot(rest);
      if (root * root === rest) return true;
    }
    rest += 2n * a + 1n;
    a += 1n;
  }
  return false;
};

/** Primes below 168: in each, ROCA's moduli lie in the small group that 65537 generates (CVE-2017-15361). */
const ROCA_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

const generatedBy65537 = (prime: number): ReadonlySet<number> => {
  const group = new Set<number>();
  for (let power = 1; !group.has(power); power = (power * 65537) % prime) group.add(power);
  return group;
};

const isRoca = (n: bigint): boolean =>
  ROCA_PRIMES.every((prime) => generatedBy65537(prime).has(Number(n % BigInt(prime))));

/** @param factors the two primes, where they are known: then none needs to be searched for. */
const hasSmallFactor = (n: bigint, factors: readonly bigint[] | undefined): boolean =>
  factors ? factors.some((factor) => factor < SMALL) : smallPrimes().some((prime) => n % prime === 0n);

const findWeakness = (
  { modulus, exponent }: RsaPublicKey,
  factors?: readonly bigint[],
): string | undefined => {
  const [n, e] = [BigInt(`0x${modulus || '0'}`), BigInt(`0x${exponent || '0'}`)];
  if (e < 3n || e % 2n === 0n) return 'its exponent is even or 1, and signs nothing';
  if (e > MAX_EXPONENT) return 'its exponent is larger than 31 bits, and many verifiers do not take it';
  if (hasSmallFactor(n, factors)) return `its modulus has a factor below ${SMALL}`;
  if (hasCloseFactors(n))
    return 'the factors of its modulus lie so close together that it is factored at once';
  if (isRoca(n)) return 'it was made by a faulty chip (ROCA, CVE-2017-15361)';
  return undefined;
};

const found = new WeakMap<RsaPublicKey, string | undefined>();

/**
 * Why a public key is not safe to sign with, in words that can follow "its key is not safe:"; undefined if nothing was
 * found. Takes about a millisecond, once for each key; `key.bits` must have been bounded before.
 * @param factors where the private key is known
 */
export const weaknessOf = (key: RsaPublicKey, factors?: readonly bigint[]): string | undefined => {
  if (!found.has(key)) found.set(key, findWeakness(key, factors));
  return found.get(key);
};
