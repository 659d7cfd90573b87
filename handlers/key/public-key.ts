import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { KEY_BITS, type KeyEncodingProblem, type PublicKeyProblem } from '../facts/keys';

/** Go's verifiers, and old Windows ones, hold an exponent in 31 bits; beyond that a signature cannot be checked. */
const MAX_EXPONENT = 2n ** 31n - 1n;

/** The `k=` of the records of SES's keys; RFC 6376 §3.6.1 takes it for a record without one. */
export const RECORD_KEY_TYPE = 'rsa';

/**
 * A public key that SES can sign with the private half of: an RSA key. Only this file reads its numbers, so that a key of
 * another type would change this file.
 */
export interface PublicKey {
  /** Hexadecimal, lower case, without leading zeros. Keys in different forms are compared by the numbers. */
  readonly modulus: string;
  /** Hexadecimal, lower case, without leading zeros. */
  readonly exponent: string;
  readonly bits: number;
  /** base64 of the SubjectPublicKeyInfo (DER): the `p=` of a DKIM record. */
  readonly spki: string;
  /** `SHA256:` and the base64 of the SHA-256 of the SubjectPublicKeyInfo, as ssh and others print it. */
  readonly fingerprint: string;
}

/** A private key that SES will take. */
export interface SigningKey {
  /** base64 of the DER in PKCS#1, without PEM lines and line breaks, as SES takes it. */
  readonly der: string;
  /** base64 of the DER as it was stored, PKCS#1 or PKCS#8, for the redactor. */
  readonly stored: string;
  readonly publicKey: PublicKey;
}

const hexadecimal = (base64url: string): string =>
  Buffer.from(base64url, 'base64url').toString('hex').replace(/^0+/, '');

/** Returns whether SES signs with keys of this type. */
export const isSupported = (key: KeyObject): boolean => key.asymmetricKeyType === 'rsa';

/** Returns a public key, or the public half of a private one. @param key of a type that is supported */
export function publicKeyOf(key: KeyObject): PublicKey {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { n, e } = publicKey.export({ format: 'jwk' }) as { n: string; e: string };
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    modulus: hexadecimal(n),
    exponent: hexadecimal(e),
    bits: publicKey.asymmetricKeyDetails!.modulusLength!,
    spki: der.toString('base64'),
    fingerprint: `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/, '')}`,
  };
}

/** Returns why no mail can be signed and checked with a key; undefined: it can. */
export function keyProblem({ bits, exponent }: PublicKey): PublicKeyProblem | undefined {
  if (bits < KEY_BITS.least) return { kind: 'too-few-bits', bits };
  if (bits > KEY_BITS.most) return { kind: 'too-many-bits', bits };
  const e = BigInt(`0x${exponent || '0'}`);
  if (e < 3n || e % 2n === 0n) return { kind: 'even-exponent' };
  return e > MAX_EXPONENT ? { kind: 'long-exponent' } : undefined;
}

export const sameKey = (a: PublicKey, b: PublicKey): boolean =>
  a.modulus === b.modulus && a.exponent === b.exponent;

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
 * Reads the DER of `p=`: a SubjectPublicKeyInfo, or the bare RSAPublicKey that RFC 6376 §3.6.1 names. Anything after it, or
 * another encoding than DER prescribes, is refused: verifiers disagree about those.
 * @returns the key and the form it was written in, or why it cannot be read
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
