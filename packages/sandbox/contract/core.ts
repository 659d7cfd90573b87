import type { Arriving } from './arriving';
import type { SimulatedClock } from './clock';
import type { CredentialRegistry } from './credentials';
import type { LambdaOptions } from './lambda-options';
import type { ResourceTags, Tag } from './resource-tags';
import type { CallListener, PolicyDocument, Principal, Service } from './service';

/** Where the policies of a role come from: the IAM service. */
export interface PolicySource {
  /** Returns the inline and attached policies of a role; empty for a role that does not exist. */
  rolePolicies(roleName: string): readonly PolicyDocument[];
  /** Returns whether a role with that ARN exists: a bucket's policy can name no other. @default every role exists */
  roleExists?(roleArn: string): boolean;
}

export interface SandboxOptions {
  /** @default ap-northeast-1 */
  readonly region?: string;
  /** `ip:port` of the DNS servers that SES looks records up on. @default none: every look-up fails */
  readonly dns?: readonly string[];
  /** Services that are served. @default all of `registry.ts` */
  readonly services?: readonly ServiceFactory[];
  /**
   * Requests of each operation that SES's control API takes a second, per account and region, by the sandbox's clock.
   * `Infinity`: no limit, for tests that are about something else. @default 1
   */
  readonly sesRequestsPerSecond?: number;
  readonly sesVerification?: SesVerificationOptions;
  /** How functions are run. */
  readonly lambda?: LambdaOptions;
  /** How long a client may send nothing before its body is complete. @default 20 seconds */
  readonly bodyIdleMs?: number;
  /** Routes below `controlUrl` in addition to the sandbox's own: `POST …` → what answers. */
  readonly control?: ControlRoutes;
  /** Whether a trail logs management calls, so that EventBridge sees the changes that SES's API makes. @default true */
  readonly cloudTrail?: boolean;
  /** What `aws:SecureTransport` says. @default true */
  readonly secureTransport?: boolean;
}

/** Answers a request's JSON body with a value that goes back as JSON. @throws ControlError what is wrong with it */
export type ControlRoutes = Readonly<Record<string, (body: any, signal: AbortSignal) => unknown>>;

/** How SES goes about verifying. All in time of the sandbox's clock. */
export interface SesVerificationOptions {
  /** From a change to SES's first DNS check. @default 0: the next `GetEmailIdentity` sees the result */
  readonly delayMs?: number;
  /** From a change to Easy DKIM to its being verified without its CNAME records; with them, at once. @default 0 */
  readonly easyDkimDelayMs?: number;
  /** Between checks of an identity that is not verified yet. @default 0: each `GetEmailIdentity` checks */
  readonly retryIntervalMs?: number;
  /**
   * The `Tokens` of an identity with its own key: a public record of SES's answers has its selector, AWS's guide none.
   * @default selector
   */
  readonly ownKeyTokens?: 'selector' | 'none';
  /** Whether signing is switched off as well when SES gives up a record that was verified. @default true */
  readonly failureDisables?: boolean;
  /**
   * The end of BYODKIM at SES's next check: as DNS has it, never found (given up after 72 hours), or failed at once.
   * A verified identity so loses its verification.
   * @default asPublished
   */
  readonly ending?: 'asPublished' | 'never' | 'fails';
  /**
   * The MX record that a MAIL FROM domain may have: that of its own region, or that of any region in which an identity
   * has the same MAIL FROM domain. AWS's guide allows one MAIL FROM domain in several regions, and does not say how.
   * @default own
   */
  readonly mailFromMx?: 'own' | 'any';
}

/** Who calls, and where. */
export interface Caller {
  /** @default the administrator */
  readonly principal?: Principal;
  /** @default the sandbox's own */
  readonly region?: string;
}

/** Gives a service what it needs of the sandbox that it is part of. */
export interface SandboxCore {
  readonly accountId: string;
  readonly region: string;
  readonly options: SandboxOptions;
  readonly clock: SimulatedClock;
  readonly credentials: CredentialRegistry;
  /** Makes a value whose changes count for authorisation only when they have arrived. */
  arriving<T>(before: T): Arriving<T>;
  /** Makes the tags of a resource, some of which may be given. */
  resourceTags(given?: readonly Tag[]): ResourceTags;
  /** Address of the sandbox; known once it listens, so ask for it when it is needed, not at construction. */
  url(): string;
  /** Returns the environment variables that point an SDK at the sandbox, as the administrator. */
  environment(): Record<string, string>;
  /** Calls an operation in the SDK's shapes, like any call. @throws AwsError */
  call(service: string, operation: string, input: unknown, caller?: Caller): Promise<any>;
  /** Finds another service, with its own methods. Throws if no service has that name. */
  service<T extends Service>(name: string): T;
  /** Registers the IAM service, which knows the roles' policies. */
  providePolicies(source: PolicySource): void;
  /** Returns whether a role with that ARN exists, if the IAM service has said. */
  roleExists(roleArn: string): boolean;
  /** Registers how an invocation's process is killed (faults `killBefore`, `killAfter`). */
  provideKill(kill: (invocationId: string) => void | Promise<void>): void;
  /** Notifies of each call that has ended, and what it was made with. */
  onCall(listen: CallListener): void;
  /** Runs when the sandbox closes, last registered first. */
  onClose(close: () => void | Promise<void>): void;
}

/** Makes a service. A service that others wish to call by methods of its own is returned as its own type. */
export type ServiceFactory<T extends Service = Service> = (core: SandboxCore) => T;
