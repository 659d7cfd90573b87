import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type Arrival, Arriving } from '../contract/arriving';
import { createClock } from '../contract/clock';
import type { PolicySource, SandboxCore, SandboxOptions, ServiceFactory } from '../contract/core';
import { CredentialRegistry } from '../contract/credentials';
import { ResourceTags } from '../contract/resource-tags';
import type { CallListener, Principal, RecordedCall, Service } from '../contract/service';
import { checkInput, codecOf } from '../wire/codec';
import { createAuthorizer } from './authorize';
import { createControl } from './control';
import { createDispatch } from './dispatch';
import { Faults } from './faults';
import { startServer } from './server';
import { createCloudWatch } from './services/cloudwatch';
import { createEvents } from './services/events';
import { createIam } from './services/iam';
import { createKms } from './services/kms';
import { createLambda } from './services/lambda';
import { createLogs } from './services/logs';
import { createRoute53 } from './services/route53';
import { createS3 } from './services/s3';
import { createScheduler } from './services/scheduler';
import { createSes } from './services/ses';
import { createSns } from './services/sns';
import { createSts } from './services/sts';
import { createThrottle, type RequestRate } from './throttle';

/** Every service that a sandbox has by default. */
export const SERVICES: readonly ServiceFactory[] = [
  createCloudWatch,
  createEvents,
  createIam,
  createKms,
  createLambda,
  createLogs,
  createRoute53,
  createS3,
  createScheduler,
  createSes,
  createSns,
  createSts,
];

type Shared = 'accountId' | 'region' | 'clock' | 'credentials' | 'call' | 'service';

/** A simulated AWS account, up and serving. `call` holds its input to the model, as what comes over the wire. */
export interface Sandbox extends Pick<SandboxCore, Shared> {
  /** `http://127.0.0.1:<port>`: the endpoint of every service. */
  readonly url: string;
  /** Where other processes move the sandbox itself (`control.ts`); the secret is part of it. */
  readonly controlUrl: string;
  readonly faults: Faults;
  /** How late IAM and tags arrive; changes that come after are told by it. */
  readonly arrival: Arrival;
  /** What SES's control API takes. */
  readonly sesRate: RequestRate;
  /** Every call so far, in order. Set its `length` to 0 to begin anew. */
  readonly calls: RecordedCall[];
  /** Environment variables that point an AWS SDK or the `aws` command here, as the administrator. */
  readonly environment: Record<string, string>;
  /** Operations that were asked for over the wire and that AWS has and the sandbox has not: `service:Operation` → how often. */
  readonly missed: ReadonlyMap<string, number>;
  /** Stops everything; calls that hang are cut off. Closing twice is closing once. */
  close(): Promise<void>;
}

const ACCOUNT_ID = '123456789012';
const DEFAULT_REGION = 'ap-northeast-1';
/** Mail has a rate of its own. */
const SENDING = /^Send/;
/** S3 gives up after 20 seconds. */
const DEFAULT_BODY_IDLE_MS = 20_000;

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const region = options.region ?? DEFAULT_REGION;
  const clock = createClock();
  const credentials = new CredentialRegistry();
  const faults = new Faults();
  const arrival: Arrival = { delayMs: 0 };
  const calls: RecordedCall[] = [];
  const missed = new Map<string, number>();
  const services = new Map<string, Service>();
  const closing = new AbortController();
  // Every running call listens.
  setMaxListeners(0, closing.signal);
  const listeners: CallListener[] = [];
  const closers: (() => void | Promise<void>)[] = [];
  let policies: PolicySource = { rolePolicies: () => [] };
  let kill: (invocationId: string) => void | Promise<void> = () => {};
  let url = '';
  const secret = randomBytes(16).toString('hex');

  const service = <T extends Service>(name: string): T => {
    const found = services.get(name);
    if (!found)
      throw new Error(`the sandbox has no service ${name}; it has ${[...services.keys()].join(', ')}`);
    return found as T;
  };
  const sesRate = { requestsPerSecond: options.sesRequestsPerSecond ?? 1 };
  const dispatch = createDispatch({
    accountId: ACCOUNT_ID,
    clock,
    faults,
    calls,
    secureTransport: options.secureTransport ?? true,
    authorize: createAuthorizer(() => policies),
    throttles: new Map([['ses', createThrottle(sesRate, SENDING)]]),
    service,
    kill: (invocationId) => kill(invocationId),
    listeners,
  });
  const dispatchAs = (
    name: string,
    operation: string,
    input: unknown,
    principal: Principal = { type: 'admin' },
    callRegion = region,
  ): Promise<any> => {
    const origin = { principal, region: callRegion, signal: closing.signal };
    return dispatch(service(name), operation, input, origin).run();
  };
  const environment = () => ({
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.admin.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The operator's own profiles must not leak in.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    // Nor their way out of the network.
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  });

  const arriving = <T>(before: T) => new Arriving(clock, arrival, before);
  const core: SandboxCore = {
    accountId: ACCOUNT_ID,
    region,
    options,
    clock,
    credentials,
    arriving,
    resourceTags: (given) => new ResourceTags(arriving<ReadonlyMap<string, string>>(new Map()), given),
    url: () => url,
    environment,
    call: dispatchAs,
    service,
    providePolicies: (source) => {
      policies = source;
    },
    roleExists: (arn) => policies.roleExists?.(arn) ?? true,
    provideKill: (provided) => {
      kill = provided;
    },
    onCall: (listen) => void listeners.push(listen),
    onClose: (close) => void closers.unshift(close),
  };
  for (const create of options.services ?? SERVICES) {
    const made = create(core);
    services.set(made.name, made);
  }

  const signingNames = new Map([...services.values()].map((it) => [codecOf(it.name)?.signingName, it]));
  const server = await startServer({
    clock,
    credentials,
    dispatch,
    closing: closing.signal,
    serviceSignedFor: (signingName) => signingNames.get(signingName),
    missed: (operation) => void missed.set(operation, (missed.get(operation) ?? 0) + 1),
    bodyIdleMs: options.bodyIdleMs ?? DEFAULT_BODY_IDLE_MS,
    control: createControl({ secret, more: options.control, clock, faults, arrival, calls, missed }),
  });
  url = server.url;

  const shutDown = async () => {
    closing.abort();
    clock.stop();
    for (const close of closers) await close();
    await server.close();
  };
  let closed: Promise<void> | undefined;

  return {
    url,
    controlUrl: `${url}/_sandbox/${secret}`,
    accountId: ACCOUNT_ID,
    region,
    clock,
    faults,
    arrival,
    sesRate,
    calls,
    credentials,
    environment: environment(),
    async call(name, operation, input, ...more) {
      if (service(name).operations[operation]) checkInput(name, operation, input);
      return dispatchAs(name, operation, input, ...more);
    },
    missed,
    service,
    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}
