import { spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { NoProviderError } from './provider-source';

/** What a plugin wants to see before it serves anybody, and says when it does. */
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const HANDSHAKE = /^1\|([56])\|(tcp|unix)\|([^|]+)\|grpc\b/;
const START_MS = 60_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** As much of `GetProviderSchema.Response` as is asked about: the other schemas, megabytes of them, stay bytes. */
const { root } = protobuf.parse(`syntax = "proto3";
  message Schemas { map<string, bytes> resources = 2; }
  message Schema { Block block = 2; }
  message Block { repeated Attribute attributes = 2; }
  message Attribute { string name = 1; }`);

/**
 * Starts a provider as an engine does, and asks it for its schemas.
 * @returns whether a resource can name its region, as in version 6 of the aws provider and not before
 * @throws NoProviderError for a program that is no aws provider
 */
export async function hasRegionOfResources(file: string): Promise<boolean> {
  const refused = (why: string) =>
    new NoProviderError(`--provider ${file}: it is no Terraform provider for AWS (${why}).`);
  const child = spawn(file, [], {
    env: { ...process.env, TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: '5,6' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const ended = once(child, 'close').then(() => ['']);
    const said = once(readline.createInterface(child.stdout), 'line', {
      signal: AbortSignal.timeout(START_MS),
    });
    const [line] = await Promise.race([said, ended]).catch((error: Error) => [error.message]);
    said.catch(() => {});
    const [, version, network, address] = HANDSHAKE.exec(line) ?? [];
    if (version === undefined) throw refused(line ? `it says ${line.slice(0, 80)}` : 'it ends at once');
    const schemas = await schemasOf(version, network === 'unix' ? `unix:${address}` : address!).catch(
      (error: Error) => Promise.reject(refused(error.message)),
    );
    const lambda = schemas.resources?.aws_lambda_function;
    if (lambda === undefined) throw refused('it has no aws_lambda_function');
    const { block } = root.lookupType('Schema').decode(lambda) as any;
    return block.attributes.some(({ name }: { readonly name: string }) => name === 'region');
  } finally {
    child.kill('SIGKILL');
  }
}

async function schemasOf(
  version: string,
  target: string,
): Promise<{ readonly resources?: Readonly<Record<string, Uint8Array>> }> {
  const client = new grpc.Client(target, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': MOST_BYTES,
  });
  const call = version === '5' ? 'tfplugin5.Provider/GetSchema' : 'tfplugin6.Provider/GetProviderSchema';
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        `/${call}`,
        () => Buffer.alloc(0),
        (bytes) => root.lookupType('Schemas').decode(bytes) as any,
        {},
        { deadline: Date.now() + START_MS },
        (error, schemas) => (error ? reject(error) : resolve(schemas!)),
      );
    });
  } finally {
    client.close();
  }
}
