import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

export type KeyForm = 'pkcs1' | 'pkcs8';

/** A key pair made outside of the project, as a domain owner would. */
export interface DomainKey {
  readonly form: KeyForm;
  readonly madeBy: 'openssl' | 'node';
  /** PEM. */
  readonly privateKey: string;
  /** base64 of the SubjectPublicKeyInfo: the record's `p=`. */
  readonly publicKey: string;
}

/** RSA-2048 from the `openssl` command; without one, from Node, which has OpenSSL built in. */
export function makeKey(form: KeyForm): DomainKey {
  const made = spawnSync('openssl', ['genrsa', ...(form === 'pkcs1' ? ['-traditional'] : []), '2048'], {
    encoding: 'utf8',
  });
  const fromOpenssl = made.status === 0 && made.stdout.includes('PRIVATE KEY');
  const pem = fromOpenssl ? made.stdout : fromNode(form);
  const key = createPrivateKey(pem);
  return {
    form,
    madeBy: fromOpenssl ? 'openssl' : 'node',
    privateKey: pem,
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

const fromNode = (type: KeyForm): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' }) as string;
