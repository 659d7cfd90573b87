import * as grpc from '@grpc/grpc-js';
import { awsProvider, type ProviderSurroundings } from './aws-provider';
import { PROTOCOL_VERSION, pluginServer } from './protocol/plugin-server';
import { providerCalls } from './provider-calls';

const CORE_PROTOCOL_VERSION = 1;

/** Key and certificate (PEM) for the mutual TLS that the engine requires. */
export interface PluginCertificate {
  readonly key: string;
  readonly certificate: string;
}

export interface LaunchedProvider {
  /** The line that a plugin prints for the engine that launched it. */
  readonly handshake: string;
  close(): void;
}

/**
 * Serves the provider to one engine that has launched it as a plugin.
 * @param surroundings of the launched program
 * @param onShutdown called when the engine reports that it is done
 */
export async function serveLaunched(
  surroundings: ProviderSurroundings,
  certificate: PluginCertificate,
  onShutdown: () => void,
): Promise<LaunchedProvider> {
  const credentials = credentialsFor(surroundings.environment.PLUGIN_CLIENT_CERT, certificate);
  const server = pluginServer(providerCalls(awsProvider(surroundings)), () => server.tryShutdown(onShutdown));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const fields = [
    CORE_PROTOCOL_VERSION,
    PROTOCOL_VERSION,
    'tcp',
    `127.0.0.1:${port}`,
    'grpc',
    der(certificate),
  ];
  return {
    handshake: fields.join('|'),
    close: () => server.forceShutdown(),
  };
}

function credentialsFor(client: string | undefined, own: PluginCertificate): grpc.ServerCredentials {
  if (!client) throw new Error('The engine sent no certificate (PLUGIN_CLIENT_CERT): it is too old.');
  const pair = { private_key: Buffer.from(own.key), cert_chain: Buffer.from(own.certificate) };
  return grpc.ServerCredentials.createSsl(Buffer.from(client), [pair], true);
}

/** Formats the certificate for the handshake: DER in base64, without padding. */
const der = ({ certificate }: PluginCertificate): string =>
  certificate.replace(/-----[^-]+-----|\s/g, '').replace(/=+$/, '');
