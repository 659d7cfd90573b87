import { randomBytes } from 'node:crypto';
import type { Principal } from './service';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who stands behind an access key. Signatures are not checked: the key id alone names the principal. */
export interface CredentialRegistry {
  /** The administrator's, fixed. */
  readonly admin: Credentials;
  /**
   * Credentials of a role session, as Lambda and the scheduler get them. A function is asked at each call: a warm
   * Lambda process keeps its credentials, but runs one invocation after another.
   */
  issue(principal: Principal | (() => Principal)): Credentials;
  revoke(accessKeyId: string): void;
  resolve(accessKeyId: string): Principal | undefined;
}

export function createCredentials(): CredentialRegistry {
  const admin: Credentials = { accessKeyId: 'AKIASANDBOXADMIN0000', secretAccessKey: 'sandbox' };
  const principals = new Map<string, Principal | (() => Principal)>([[admin.accessKeyId, { type: 'admin' }]]);
  return {
    admin,
    issue(principal) {
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      principals.set(accessKeyId, principal);
      return {
        accessKeyId,
        secretAccessKey: randomBytes(20).toString('hex'),
        sessionToken: randomBytes(20).toString('base64'),
      };
    },
    revoke: (accessKeyId) => void principals.delete(accessKeyId),
    resolve(accessKeyId) {
      const principal = principals.get(accessKeyId);
      return typeof principal === 'function' ? principal() : principal;
    },
  };
}
