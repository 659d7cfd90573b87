import { generateKeyPairSync } from 'node:crypto';

/** A key pair made outside of the project, as a domain's owner would make it. */
export interface DomainKey {
  /** PEM. */
  readonly privateKey: string;
  /** base64 of the SubjectPublicKeyInfo: the record's `p=`. */
  readonly publicKey: string;
}

/** Makes an RSA-2048 key pair. */
export function makeKey(type: 'pkcs1' | 'pkcs8'): DomainKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type, format: 'pem' }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}
