import * as grpc from '@grpc/grpc-js';
import { awsProvider, type ProviderSurroundings } from './aws-provider';
import { PROTOCOL_VERSION, pluginServer } from './protocol/plugin-server';
import { providerCalls } from './provider-calls';

export interface InProcessProvider {
  /** Variables by which the engine uses this provider. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

/**
 * Serves the provider from this process, so that the engine, which learns of it from its environment, launches none.
 * This needs no mirror and no lock file, and is four to eight times faster. A server belongs to one stack: the engine
 * does not report its directory, so `workingDirectory` must be the directory in which the engine is started. A server
 * costs a few milliseconds.
 */
export async function serveInProcess(options: ProviderSurroundings): Promise<InProcessProvider> {
  const server = pluginServer(providerCalls(awsProvider(options)), () => {});
  // Uses TCP, so that each of the engine's connections has an address of its own: one connection, one configuration.
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const reattach = {
    Protocol: 'grpc',
    ProtocolVersion: PROTOCOL_VERSION,
    Pid: process.pid,
    // Keeps the engine from ending this process when it is done.
    Test: true,
    Addr: { Network: 'tcp', String: `127.0.0.1:${port}` },
  };
  return {
    environment: {
      TF_REATTACH_PROVIDERS: JSON.stringify(
        Object.fromEntries(PROVIDER_ADDRESSES.map((address) => [address, reattach])),
      ),
    },
    close: () => server.forceShutdown(),
  };
}

/** The provider's addresses in OpenTofu and in Terraform. */
export const PROVIDER_ADDRESSES = [
  'registry.opentofu.org/hashicorp/aws',
  'registry.terraform.io/hashicorp/aws',
];
