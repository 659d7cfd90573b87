import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PublicKey } from '../../../handlers/keys/format/public-key';
import type { Notice } from '../../../handlers/words/notice-layout';

/**
 * Compares a notice with the stored one that a person has read. After a change of the text:
 * `UPDATE_EXAMPLES=1 npx jest __tests__/handlers/notices __tests__/handlers/audit`, and read what has changed.
 */
export function expectExample(name: string, { subject, message }: Notice): void {
  const file = path.join(__dirname, 'examples', `${name}.txt`);
  const text = `Subject: ${subject}\n\n${message}`;
  if (process.env.UPDATE_EXAMPLES) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

/** Looks like the public half of a key of 2048 bits, and is none. */
export const FAKE_PUBLIC_KEY: PublicKey = {
  modulus: '00',
  exponent: '10001',
  bits: 2048,
  spki: `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA${'EXAMPLEexampleNOTaKEY1234'.repeat(14).slice(0, 342)}IDAQAB`,
  fingerprint: 'SHA256:EXAMPLEexampleEXAMPLEexampleEXAMPLEexample0',
};
