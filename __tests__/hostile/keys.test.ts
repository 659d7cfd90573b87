import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readRecord } from '../../handlers/dns/record';
import type { ByodkimError } from '../../handlers/errors';
import { readSigningKey } from '../../handlers/key/private-key';
import { cpuMsOf } from '../support/cpu-time';
import { keyOf, prime } from './support/rsa-numbers';

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

/** An exponent that has an inverse: a prime. Those of Mersenne are known, and finding one takes time. */
test.each([61, 1_279])('refuses a key whose exponent has %i bits, in the store and in DNS', (bits) => {
  const key = keyOf(prime(1024), prime(1024), 2n ** BigInt(bits) - 1n);
  expect(refusal(pem(key))).toContain('its exponent is larger than 31 bits');
  const reading = readRecord(record(key));
  expect('problem' in reading && reading.problem).toContain('exponent');
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
