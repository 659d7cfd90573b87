import type { KeyObject } from 'node:crypto';
import { type PublicKey, publicKeyOf, recordValue } from '../../../handlers/keys/format/public-key';
import { rsaKey } from '../keys-of-the-run';

/** An RSA key pair of a test, 1024 bits: the smallest that is taken, since making one takes time. */
export interface TestKey {
  readonly pem: string;
  /** The file, as S3 has it. */
  readonly file: Uint8Array;
  /** base64 of the DER (PKCS#8), as SES takes it. */
  readonly der: string;
  readonly publicKey: PublicKey;
  /** Value of the TXT record. */
  readonly value: string;
}

function asTestKey(privateKey: KeyObject): TestKey {
  const publicKey = publicKeyOf(privateKey);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return {
    pem,
    file: Buffer.from(pem),
    der: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publicKey,
    value: recordValue(publicKey),
  };
}

export const newTestKey = (modulusLength = 1024): TestKey => asTestKey(rsaKey(modulusLength));

const made = new Map<string, TestKey>();

/** The same name gives the same key within one test file's run. */
export function testKey(name = 'a'): TestKey {
  const key = made.get(name) ?? newTestKey();
  made.set(name, key);
  return key;
}
