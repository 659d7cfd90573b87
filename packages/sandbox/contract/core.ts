import type { Arriving } from './arriving';
import type { SimulatedClock } from './clock';
import type { CredentialRegistry } from './credentials';
import type { LambdaOptions } from './lambda-options';
import type { ResourceTags, Tag } from './resource-tags';
import type { SendingMeanwhile } from './sending';
import type { CallListener, PolicyDocument, Principal, Service } from './service';

/** The source of a role's policies: the IAM service. */
export interface PolicySource {
  /** Returns the inline and attached policies of a role; empty for a role that does not exist. */
  rolePolicies(roleName: string): readonly PolicyDocument[];
  /** Returns the policy that is a role's permissions boundary. @default no role has one */
  roleBoundary?(roleName: string): PolicyDocument | undefined;
  /**
   * Returns whether a role with that ARN exists, since a bucket's policy can name only existing roles. @default every
   * role exists
   */
  roleExists?(roleArn: string): boolean;
}

export interface SandboxOptions {
  /** @default ap-northeast-1 */
  readonly region?: string;
  /**
   * `ip:port` of the DNS servers in which SES looks records up.
   * @default none: every look-up fails
   */
  readonly dns?: readonly string[];
  /**
   * The services that run.
   * @default all of `registry.ts`
   */
  readonly services?: readonly ServiceFactory[];
  /**
   * Requests of each operation that SES's control API accepts per second, for each account and region, by the sandbox's
   * clock. `Infinity`: no limit, for tests that are about something else. @default 1
   */
  readonly sesRequestsPerSecond?: number;
  readonly sesVerification?: SesVerificationOptions;
  /** How functions are run. */
  readonly lambda?: LambdaOptions;
  /** How long a client may send nothing before its body is complete. @default 20 seconds */
  readonly bodyIdleMs?: number;
  /** Routes below `controlUrl` in addition to the sandbox's own: `POST …` → handler. */
  readonly control?: ControlRoutes;
  /** Whether a trail logs management calls, so that EventBridge sees the changes that SES's API makes. @default true */
  readonly cloudTrail?: boolean;
  /**
   * The value of `aws:SecureTransport`.
   * @default true
   */
  readonly secureTransport?: boolean;
}

/**
 * Answers a request's JSON body with a value that is returned as JSON.
 * @throws ControlError with the fault in the body
 */
export type ControlRoutes = Readonly<Record<string, (body: any, signal: AbortSignal) => unknown>>;

/** Configures SES's verification. All times are of the sandbox's clock. */
export interface SesVerificationOptions {
  /**
   * Time from a change to SES's first DNS check.
   * @default 0: the next `GetEmailIdentity` returns the result
   */
  readonly delayMs?: number;
  /**
   * Time from a change to Easy DKIM until it is verified without its CNAME records; with them, it is verified at once.
   * @default 0
   */
  readonly easyDkimDelayMs?: number;
  /**
   * Time between checks of an identity that is not verified yet.
   * @default 0: each `GetEmailIdentity` checks
   */
  readonly retryIntervalMs?: number;
  /**
   * The `Tokens` of an identity with its own key: a public recording of SES's answers has its selector, AWS's guide has
   * none.
   * @default selector
   */
  readonly ownKeyTokens?: 'selector' | 'none';
  /** Whether signing is switched off as well when SES gives up a record that was verified. @default true */
  readonly failureDisables?: boolean;
  /**
   * How BYODKIM ends at SES's next check: by the published record, never found (given up after 72 hours), or failed at
   * once. The latter two also end the verification of a verified identity.
   * @default asPublished
   */
  readonly ending?: 'asPublished' | 'never' | 'fails';
  /**
   * Whether a domain that could send may send while SES verifies signing attributes that were put since.
   * @default refused, or the environment's SES_SENDING
   */
  readonly sendingMeanwhile?: SendingMeanwhile;
}

/** The caller and its region. */
export interface Caller {
  /** @default the administrator */
  readonly principal?: Principal;
  /** @default the sandbox's own */
  readonly region?: string;
}

/** Provides a service with the parts of its sandbox. */
export interface SandboxCore {
  readonly accountId: string;
  readonly region: string;
  readonly options: SandboxOptions;
  readonly clock: SimulatedClock;
  readonly credentials: CredentialRegistry;
  /** Makes a value whose changes apply to authorization only once they have arrived. */
  arriving<T>(before: T): Arriving<T>;
  /** Makes the tags of a resource, with the initial ones. */
  resourceTags(given?: readonly Tag[]): ResourceTags;
  /**
   * Returns the sandbox's address, which is known once it listens. Call this when the address is needed, not at
   * construction.
   */
  url(): string;
  /** Returns the environment variables that point an SDK at the sandbox, as the administrator. */
  environment(): Record<string, string>;
  /** Calls an operation in the SDK's shapes, like any call. @throws AwsError */
  call(service: string, operation: string, input: unknown, caller?: Caller): Promise<any>;
  /** Finds another service, including its own methods. Throws if no service has that name. */
  service<T extends Service>(name: string): T;
  /** Registers the IAM service, which knows the roles' policies. */
  providePolicies(source: PolicySource): void;
  /** Returns whether a role with that ARN exists, if the IAM service is registered. */
  roleExists(roleArn: string): boolean;
  /** Registers how an invocation's process is killed (faults `killBefore`, `killAfter`). */
  provideKill(kill: (invocationId: string) => void | Promise<void>): void;
  /** Registers a listener for each call that has ended, with its input and its result. */
  onCall(listen: CallListener): void;
  /** Registers a function to run when the sandbox closes. The last registered one runs first. */
  onClose(close: () => void | Promise<void>): void;
}

/** Makes a service. A service with methods for other services is returned as its own type. */
export type ServiceFactory<T extends Service = Service> = (core: SandboxCore) => T;
