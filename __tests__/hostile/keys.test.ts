import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readRecord } from '../../handlers/dns/record';
import type { ByodkimError } from '../../handlers/errors';
import { readSigningKey } from '../../handlers/key/private-key';
import { cpuMsOf } from '../support/cpu-time';
import { keyOf, nextPrime, prime, rocaPrime } from './support/weak-keys';

/** Nothing where the key is taken. */
const refusal = (bytes: string): string | undefined => {
  try {
    readSigningKey(Buffer.from(bytes), 's3://keys/private_key.pem');
  } catch (error) {
    expect((error as ByodkimError).code).toBe('CERTIFICATE_INVALID');
    return (error as Error).message;
  }
  return undefined;
};

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const record = (key: KeyObject): string =>
  `v=DKIM1; k=rsa; p=${createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')}`;

const [P, Q] = [prime(1024), prime(1024)];

const withFactor = (small: bigint): KeyObject => keyOf(P, small);
const close = (): KeyObject => {
  const p = prime(512);
  return keyOf(nextPrime(p + (1n << 200n)), p);
};
/** An exponent that has an inverse: a prime. Those of Mersenne are known, and finding one takes time. */
const longExponent = (bits: number): KeyObject => keyOf(P, Q, 2n ** BigInt(bits) - 1n);

describe('a key that is not safe', () => {
  test.each<[string, () => KeyObject, string]>([
    ['of a tiny factor', () => withFactor(65_521n), 'a factor below 65536'],
    ['of factor three', () => keyOf(P, 3n, 65537n), 'a factor below 65536'],
    ['of close factors', close, 'factors of its modulus lie so close'],
    ['with an exponent of 1,279 bits', () => longExponent(1_279), 'exponent'],
    ['with an exponent of 61 bits', () => longExponent(61), 'larger than 31 bits'],
    ['of a faulty chip', () => keyOf(rocaPrime(513), rocaPrime(513)), 'ROCA'],
  ])('is refused %s, in the store and in DNS', (_, make, words) => {
    const key = make();
    expect(refusal(pem(key))).toContain(words);
    const reading = readRecord(record(key));
    expect('problem' in reading && reading.problem).toContain(words === 'exponent' ? 'exponent' : words);
  });

  test('is refused where a factor is no prime', () => {
    expect(refusal(pem(keyOf(prime(512), prime(257) * prime(257))))).toContain(
      'one of its two factors is no prime',
    );
  });

  test('is refused where a factor passes for a prime in the test of Fermat (a number of Carmichael)', () => {
    const k = 585435675750630964540724951905562013821604563080n;
    const factor = (6n * k + 1n) * (12n * k + 1n) * (18n * k + 1n);

    const text = pem(keyOf(prime(540), factor));
    // One time in sixteen at most it passes.
    const refused = Array.from({ length: 20 }, () => refusal(text)).filter((said) => said !== undefined);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused[0]).toContain('one of its two factors is no prime');
  });

  test('is taken when it is sound, as are the keys that OpenSSL makes', () => {
    const sound = keyOf(P, Q);
    expect(readSigningKey(Buffer.from(pem(sound)), 'x').publicKey.bits).toBeGreaterThan(2_040);
    for (let i = 0; i < 5; i += 1) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
      expect(readSigningKey(Buffer.from(pem(privateKey)), 'x').publicKey.bits).toBe(1024);
    }
  });
});

test('a file whose DER has no definite length is refused as damaged', () => {
  const der = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
    type: 'pkcs8',
    format: 'der',
  });
  der[1] = 0x80;
  const text = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  expect(refusal(text)).toContain('its PEM block is damaged');
});

describe('a file of 64 kB is judged in no time', () => {
  const SIZE = 64 * 1024;
  const fill = (text: string): string => text.repeat(Math.floor(SIZE / text.length));

  test.each([
    ['of blanks after a beginning', `-----BEGIN PRIVATE KEY-----\n${' '.repeat(SIZE - 100)}`],
    ['of tabs before an end', `-----BEGIN PRIVATE KEY-----\n${'\t'.repeat(SIZE - 100)}-----END X`],
    ['of beginnings', fill('-----BEGIN PRIVATE KEY-----\n')],
    ['of ends', `-----BEGIN PRIVATE KEY-----\n${fill('-----END ').slice(0, SIZE - 100)}`],
    ['of beginnings without line ends', fill('-----BEGIN A-----   ')],
    ['of empty blocks', fill('-----BEGIN A-----\n-----END A-----\n')],
    ['of line breaks', fill('\r\n')],
    ['of dashes', fill('-')],
    ['of one long label', `-----BEGIN ${'A'.repeat(SIZE - 100)}`],
    [
      'of header lines',
      `-----BEGIN PRIVATE KEY-----\n${fill('Proc-Type:').slice(0, SIZE - 100)}\n-----END PRIVATE KEY-----`,
    ],
  ])('%s', (_, text) => {
    expect(cpuMsOf(() => void refusal(text))).toBeLessThan(500);
  });
});
