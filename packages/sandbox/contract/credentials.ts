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

type Entry = Omit<KnownCredentials, 'principal'> & { readonly principal: Principal | (() => Principal) };

/** The principal of an access key, and the secret that proves it. */
export class CredentialRegistry {
  /** The administrator's key is new for each sandbox, so that a caller that knows only its port cannot call it. */
  readonly admin: Credentials = { accessKeyId: accessKeyId('AKIA'), secretAccessKey: secret() };
  private readonly entries = new Map<string, Entry>([
    [this.admin.accessKeyId, { credentials: this.admin, principal: { type: 'admin' } }],
  ]);

  /**
   * Credentials of a role session, as Lambda and the scheduler get them. `principal` may be a function, which is called
   * at each call: a warm Lambda process keeps its credentials, but runs one invocation after another.
   */
  issue(principal: Principal | (() => Principal), expiresAt?: number): Credentials {
    const credentials = {
      accessKeyId: accessKeyId('ASIA'),
      secretAccessKey: secret(),
      sessionToken: randomBytes(20).toString('base64'),
    };
    this.entries.set(credentials.accessKeyId, { credentials, principal, expiresAt });
    return credentials;
  }

  find(accessKeyId: string): KnownCredentials | undefined {
    const entry = this.entries.get(accessKeyId);
    if (!entry) return undefined;
    const { principal } = entry;
    return { ...entry, principal: typeof principal === 'function' ? principal() : principal };
  }
}

const accessKeyId = (prefix: 'AKIA' | 'ASIA'): string =>
  prefix + randomBytes(8).toString('hex').toUpperCase();
const secret = (): string => randomBytes(20).toString('hex');
