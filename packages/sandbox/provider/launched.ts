import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { awsProvider } from './aws-provider';
import { PROTOCOL_VERSION, pluginServer } from './protocol/plugin-server';
import { providerCalls } from './provider-calls';

/** What go-plugin wants to see before a plugin says anything. */
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const CORE_PROTOCOL_VERSION = 1;
const ORPHAN_CHECK_MS = 1_000;

/** Key and certificate for the mutual TLS that the engine insists on, PEM. */
export interface PluginCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** Serves the provider as a plugin that the engine has launched, until the engine says that it is done. */
export function serveLaunched(environment: NodeJS.ProcessEnv, certificate: PluginCertificate): void {
  if (environment.TF_PLUGIN_MAGIC_COOKIE !== MAGIC_COOKIE) {
    throw new Error('This program is a Terraform plugin: it is launched by the engine, not by hand.');
  }
  const directory = mkdtempSync(path.join(os.tmpdir(), 'sandbox-provider-'));
  const socket = path.join(directory, 'socket');
  const provider = awsProvider({ environment, workingDirectory: process.cwd() });
  const finish = () => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  };
  const server = pluginServer(providerCalls(provider), () => server.tryShutdown(finish));
  server.bindAsync(`unix:${socket}`, credentials(environment, certificate), (error) => {
    if (error) throw error;
    const fields = [CORE_PROTOCOL_VERSION, PROTOCOL_VERSION, 'unix', socket, 'grpc', der(certificate)];
    // The handshake: the only line on stdout.
    process.stdout.write(`${fields.join('|')}\n`);
  });
  exitWithEngine(finish);
}

function credentials(environment: NodeJS.ProcessEnv, own: PluginCertificate): grpc.ServerCredentials {
  const client = environment.PLUGIN_CLIENT_CERT;
  if (!client) throw new Error('The engine sent no certificate (PLUGIN_CLIENT_CERT): it is too old.');
  const pair = { private_key: Buffer.from(own.key), cert_chain: Buffer.from(own.certificate) };
  return grpc.ServerCredentials.createSsl(Buffer.from(client), [pair], true);
}

/** The certificate as the handshake has it: DER in base64, without padding. */
const der = ({ certificate }: PluginCertificate): string =>
  certificate.replace(/-----[^-]+-----|\s/g, '').replace(/=+$/, '');

/** Ctrl-C is the engine's to handle: it says when to stop. An engine that was killed says nothing any more. */
function exitWithEngine(finish: () => void): void {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', finish);
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) finish();
  }, ORPHAN_CHECK_MS).unref();
}

/** Reads what `prepareMirror` laid beside the program. */
export function readCertificate(directory: string): PluginCertificate {
  const file = path.join(directory, CERTIFICATE_FILE);
  if (!existsSync(file)) throw new Error(`${file} is missing: the provider was not prepared`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
export const CERTIFICATE_FILE = 'certificate.json';
