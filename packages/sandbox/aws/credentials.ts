import { randomBytes } from 'node:crypto';
import type { Principal } from './service';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface KnownCredentials {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** Milliseconds since the epoch, by the sandbox's clock. @default never */
  readonly expiresAt?: number;
}

/** Who stands behind an access key, and the secret that proves it. */
export interface CredentialRegistry {
  /** The administrator's, fixed. */
  readonly admin: Credentials;
  /**
   * Credentials of a role session, as Lambda and the scheduler get them. A function is asked at each call: a warm
   * Lambda process keeps its credentials, but runs one invocation after another.
   */
  issue(principal: Principal | (() => Principal), expiresAt?: number): Credentials;
  revoke(accessKeyId: string): void;
  find(accessKeyId: string): KnownCredentials | undefined;
}

interface Entry {
  readonly credentials: Credentials;
  readonly principal: Principal | (() => Principal);
  readonly expiresAt?: number;
}

export function createCredentials(): CredentialRegistry {
  const admin: Credentials = { accessKeyId: 'AKIASANDBOXADMIN0000', secretAccessKey: 'sandbox' };
  const entries = new Map<string, Entry>([
    [admin.accessKeyId, { credentials: admin, principal: { type: 'admin' } }],
  ]);
  return {
    admin,
    issue(principal, expiresAt) {
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(20).toString('hex'),
        sessionToken: randomBytes(20).toString('base64'),
      };
      entries.set(credentials.accessKeyId, { credentials, principal, expiresAt });
      return credentials;
    },
    revoke: (accessKeyId) => void entries.delete(accessKeyId),
    find(accessKeyId) {
      const entry = entries.get(accessKeyId);
      if (!entry) return undefined;
      const { credentials, principal, expiresAt } = entry;
      return { credentials, expiresAt, principal: typeof principal === 'function' ? principal() : principal };
    },
  };
}
