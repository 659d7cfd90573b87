import { createPublicKey, generateKeyPairSync } from 'node:crypto';

/** SES's own key, with which it signs under Easy DKIM. It is made on first use. */
export class EasyDkimKey {
  private made?: string;

  /** PEM. */
  privateKey(): string {
    this.made ??= generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey;
    return this.made;
  }

  /** Returns the record at the end of each of Easy DKIM's CNAME records. */
  record(): string {
    const der = createPublicKey(this.privateKey()).export({ type: 'spki', format: 'der' });
    return `v=DKIM1; k=rsa; p=${der.toString('base64')}`;
  }
}
