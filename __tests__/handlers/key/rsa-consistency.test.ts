import { createPrivateKey, getDiffieHellman } from 'node:crypto';
import { factorsOf } from '../../../handlers/key/rsa-consistency';

/** Known primes (RFC 3526): finding one of this size takes seconds. */
const prime = (group: string): bigint => BigInt(`0x${getDiffieHellman(group).getPrime('hex')}`);

const inverse = (a: bigint, modulus: bigint): bigint => {
  let [r, next, x, y] = [modulus, a % modulus, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next, x, y] = [next, r - quotient * next, y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
};

/** A private key of these two factors, whether they are primes or not. */
function keyOf(p: bigint, q: bigint) {
  const e = 65537n;
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => {
      const hex = value.toString(16);
      return [
        name,
        Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url'),
      ];
    }),
  );
  return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}

it.each([
  ['2,048', prime('modp14')],
  ['3,072', prime('modp15')],
  // The least of Mersenne's that is longer.
  ['3,217', 2n ** 3_217n - 1n],
])('finds factors of %s bits to be primes', (_, p) => {
  const q = prime('modp5');
  expect(factorsOf(keyOf(p, q))).toEqual({ factors: [p, q] });
});

it('says that a factor of more than 3,072 bits is no prime', () => {
  expect(factorsOf(keyOf(prime('modp14') * prime('modp5'), prime('modp2')))).toEqual({
    problem: 'one of its two factors is no prime: it can be factored, and signatures fail',
  });
});
