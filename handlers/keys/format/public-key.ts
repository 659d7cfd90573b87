import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyEncodingProblem } from '../../words/record';
import { isSupported, type KeyNumbers, numbersOf, RECORD_KEY_TYPE, sameNumbers } from './rsa';

/** A public key for whose private half SES can sign. Keys in different forms are compared by the numbers. */
export interface PublicKey extends KeyNumbers {
  /** base64 of the SubjectPublicKeyInfo (DER): the `p=` of a DKIM record. */
  readonly spki: string;
  /** `SHA256:` and the base64 of the SHA-256 of the SubjectPublicKeyInfo, as ssh and other programs print it. */
  readonly fingerprint: string;
}

/** A private key that SES accepts. */
export interface SigningKey {
  /** base64 of the DER in PKCS#1, without PEM lines and line breaks, as SES accepts it. */
  readonly der: string;
  /** base64 of the DER as it was stored, PKCS#1 or PKCS#8, for the redactor. */
  readonly stored: string;
  readonly publicKey: PublicKey;
}

/** Returns a public key, or the public half of a private one. @param key of a type that is supported */
export function publicKeyOf(key: KeyObject): PublicKey {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    ...numbersOf(publicKey),
    spki: der.toString('base64'),
    fingerprint: `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/, '')}`,
  };
}

export const sameKey = (a: PublicKey, b: PublicKey): boolean => sameNumbers(a, b);

/** Returns the value of the TXT record of a key (RFC 6376 §3.6.1). */
export const recordValue = ({ spki }: Pick<PublicKey, 'spki'>): string =>
  `v=DKIM1; k=${RECORD_KEY_TYPE}; p=${spki}`;

/** Encodes a key as DER prescribes. Node 24.21 cannot export PKCS#1 of a key read as PKCS#1, so it is read from its SPKI. */
function encoded({ spki }: PublicKey, type: 'spki' | 'pkcs1'): Buffer {
  const der = Buffer.from(spki, 'base64');
  return type === 'spki'
    ? der
    : createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ type, format: 'der' });
}

/**
 * Reads the DER of `p=`: a SubjectPublicKeyInfo, or the bare RSAPublicKey that RFC 6376 §3.6.1 names. Refuses anything after
 * it, and any encoding that DER does not prescribe, since verifiers disagree about these.
 * @returns the key and its form, or the reason why it cannot be read
 */
export function readPublicKeyDer(
  der: Buffer,
): { readonly key: PublicKey; readonly form: 'spki' | 'pkcs1' } | { readonly problem: KeyEncodingProblem } {
  for (const type of ['spki', 'pkcs1'] as const) {
    let key: KeyObject;
    try {
      key = createPublicKey({ key: der, format: 'der', type });
    } catch {
      continue;
    }
    if (!isSupported(key)) return { problem: { kind: 'other-type', type: String(key.asymmetricKeyType) } };
    const read = publicKeyOf(key);
    return encoded(read, type).equals(der) ? { key: read, form: type } : { problem: { kind: 'not-as-der' } };
  }
  return { problem: { kind: 'no-key' } };
}
