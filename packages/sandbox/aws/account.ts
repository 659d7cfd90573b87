import { setMaxListeners } from 'node:events';
import { type Arrival, Arriving } from '../contract/arriving';
import { createClock, type SimulatedClock } from '../contract/clock';
import type { PolicySource, SandboxCore, SandboxOptions, ServiceFactory } from '../contract/core';
import { CredentialRegistry } from '../contract/credentials';
import { ResourceTags } from '../contract/resource-tags';
import type { CallListener, RecordedCall, Service } from '../contract/service';
import { createAuthorizer } from './authorize';
import { createDispatch, type Dispatch } from './dispatch';
import { Faults } from './faults';
import { createThrottle, type RequestRate } from './throttle';

const ACCOUNT_ID = '123456789012';
const DEFAULT_REGION = 'ap-northeast-1';
/** The rate of `SendEmail`, which AWS limits separately. */
const SENDING = /^Send/;

/** Simulates an account: its services and their shared state. `startSandbox` serves it. */
export class Account {
  readonly clock: SimulatedClock = createClock();
  readonly credentials = new CredentialRegistry();
  readonly faults = new Faults();
  readonly arrival: Arrival = { delayMs: 0 };
  readonly calls: RecordedCall[] = [];
  readonly missed = new Map<string, number>();
  readonly sesRate: RequestRate;
  readonly core: SandboxCore;
  readonly dispatch: Dispatch;
  private readonly services = new Map<string, Service>();
  private readonly listeners: CallListener[] = [];
  private readonly closers: (() => void | Promise<void>)[] = [];
  private readonly controller = new AbortController();
  private policies: PolicySource = { rolePolicies: () => [] };
  private kill: (invocationId: string) => void | Promise<void> = () => {};
  private url = '';

  constructor(options: SandboxOptions, factories: readonly ServiceFactory[]) {
    // Every running call adds a listener.
    setMaxListeners(0, this.controller.signal);
    this.sesRate = { requestsPerSecond: options.sesRequestsPerSecond ?? 1 };
    this.dispatch = this.createDispatch(options);
    this.core = this.createCore(options);
    for (const create of factories) {
      const made = create(this.core);
      this.services.set(made.name, made);
    }
  }

  /** Aborted when the account closes. */
  get closing(): AbortSignal {
    return this.controller.signal;
  }

  /** Records the address at which the account is served; its services and callers need it. */
  serveAt(url: string): void {
    this.url = url;
  }

  all(): readonly Service[] {
    return [...this.services.values()];
  }

  readonly service = <T extends Service>(name: string): T => {
    const found = this.services.get(name);
    if (found) return found as T;
    throw new Error(`the sandbox has no service ${name}; it has ${[...this.services.keys()].join(', ')}`);
  };

  readonly call: SandboxCore['call'] = (name, operation, input, caller = {}) => {
    const { principal = { type: 'admin' }, region = this.core.region } = caller;
    const origin = { principal, region, signal: this.closing };
    return this.dispatch(this.service(name), operation, input, origin).run();
  };

  /** Stops everything: running calls, the clock, the resources that services have opened, and finally the server. */
  async close(closeServer: () => Promise<void>): Promise<void> {
    this.controller.abort();
    this.clock.stop();
    for (const close of this.closers) await close();
    await closeServer();
  }

  private createDispatch(options: SandboxOptions): Dispatch {
    return createDispatch({
      accountId: ACCOUNT_ID,
      clock: this.clock,
      faults: this.faults,
      calls: this.calls,
      secureTransport: options.secureTransport ?? true,
      authorize: createAuthorizer(() => this.policies),
      throttles: new Map([['ses', createThrottle(this.sesRate, SENDING)]]),
      service: this.service,
      kill: (invocationId) => this.kill(invocationId),
      listeners: this.listeners,
    });
  }

  private createCore(options: SandboxOptions): SandboxCore {
    const { region = DEFAULT_REGION } = options;
    const arriving = <T>(before: T) => new Arriving(this.clock, this.arrival, before);
    return {
      accountId: ACCOUNT_ID,
      region,
      options,
      clock: this.clock,
      credentials: this.credentials,
      arriving,
      resourceTags: (given) => new ResourceTags(arriving<ReadonlyMap<string, string>>(new Map()), given),
      url: () => this.url,
      environment: () => this.environment(region),
      call: this.call,
      service: this.service,
      providePolicies: (source) => {
        this.policies = source;
      },
      roleExists: (arn) => this.policies.roleExists?.(arn) ?? true,
      provideKill: (provided) => {
        this.kill = provided;
      },
      onCall: (listen) => void this.listeners.push(listen),
      onClose: (close) => void this.closers.unshift(close),
    };
  }

  private environment(region: string): Record<string, string> {
    const { accessKeyId, secretAccessKey } = this.credentials.admin;
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      // Keeps the operator's own profiles out.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      // Keeps the operator's proxy out.
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
    };
  }
}
