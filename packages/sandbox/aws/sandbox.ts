import { randomBytes } from 'node:crypto';
import type { Arrival } from '../contract/arriving';
import type { SandboxCore, SandboxOptions, ServiceFactory } from '../contract/core';
import type { RecordedCall, Service } from '../contract/service';
import { checkInput, codecOf } from '../wire/codec';
import { Account } from './account';
import { createControl } from './control';
import type { Faults } from './faults';
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
import type { RequestRate } from './throttle';

/** Lists the services that a sandbox has by default. */
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

/** Serves a simulated AWS account. `call` checks its input against the model, like a request over the wire. */
export interface Sandbox extends Pick<SandboxCore, Shared> {
  /** `http://127.0.0.1:<port>`: the endpoint of every service. */
  readonly url: string;
  /** The address at which other processes control the sandbox itself (`control.ts`). It contains the secret. */
  readonly controlUrl: string;
  readonly faults: Faults;
  /** Sets the delay until a change of IAM or tags takes effect. It applies to later changes. */
  readonly arrival: Arrival;
  /** The rates that SES's control API allows. */
  readonly sesRate: RequestRate;
  /** Every call so far, in order. Set its `length` to 0 to start over. */
  readonly calls: RecordedCall[];
  /** Environment variables that point an AWS SDK or the `aws` command here, as the administrator. */
  readonly environment: Record<string, string>;
  /** Operations of AWS that were requested over the wire and that the sandbox lacks: `service:Operation` → count. */
  readonly missed: ReadonlyMap<string, number>;
  /** Stops everything, and cuts off calls that hang. A second call has no effect. */
  close(): Promise<void>;
}

/** S3 gives up after 20 seconds. */
const DEFAULT_BODY_IDLE_MS = 20_000;

/** Starts a simulated account, and serves it on a port of its own. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const account = new Account(options, options.services ?? SERVICES);
  const { clock, credentials, faults, arrival, calls, missed, dispatch } = account;
  const secret = randomBytes(16).toString('hex');
  const server = await startServer({
    clock,
    credentials,
    dispatch,
    closing: account.closing,
    serviceSignedFor: signingNamesOf(account.all()),
    missed: (operation) => void missed.set(operation, (missed.get(operation) ?? 0) + 1),
    bodyIdleMs: options.bodyIdleMs ?? DEFAULT_BODY_IDLE_MS,
    control: createControl({ secret, more: options.control, clock, faults, arrival, calls, missed }),
  });
  account.serveAt(server.url);
  let closed: Promise<void> | undefined;
  return {
    url: server.url,
    controlUrl: `${server.url}/_sandbox/${secret}`,
    accountId: account.core.accountId,
    region: account.core.region,
    clock,
    faults,
    arrival,
    sesRate: account.sesRate,
    calls,
    credentials,
    environment: account.core.environment(),
    async call(name, operation, input, caller) {
      if (account.service(name).operations[operation]) checkInput(name, operation, input);
      return account.call(name, operation, input, caller);
    },
    missed,
    service: account.service,
    close() {
      closed ??= account.close(() => server.close());
      return closed;
    },
  };
}

/** Finds a service by its name in the credential scope of a signature. */
function signingNamesOf(services: readonly Service[]): (signingName: string) => Service | undefined {
  const byName = new Map(services.map((service) => [codecOf(service.name)?.signingName, service]));
  return (signingName) => byName.get(signingName);
}
