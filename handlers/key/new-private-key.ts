import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** The largest that SES takes, and the size that DKIM keys have today (RFC 8301 §3.2). */
const KEY_BITS = 2048;

/** A new RSA private key: PEM, PKCS#8, not encrypted. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}
