import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import protobuf from 'protobufjs';
import { cdktfEnvironment } from '../../engine/cdktf-environment';
import { NoProviderError, readProviderFile } from '../../engine/provider-source';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'provider-five-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const types = protobuf.parse(`syntax = "proto3";
  message Schemas { map<string, Schema> resources = 2; }
  message Schema { Block block = 2; }
  message Block { repeated Attribute attributes = 2; }
  message Attribute { string name = 1; }`).root;

/** A provider whose functions have these attributes, served as by go-plugin. */
function providerWith(type: string, ...attributes: string[]): string {
  const block = { attributes: attributes.map((name) => ({ name })) };
  const answer = types
    .lookupType('Schemas')
    .encode({ resources: { [type]: { block } } })
    .finish();
  return program(
    'provider',
    `#!${process.execPath}
const grpc = require(${JSON.stringify(require.resolve('@grpc/grpc-js'))});
const raw = (bytes) => bytes;
const server = new grpc.Server();
server.addService(
  { GetSchema: { path: '/tfplugin5.Provider/GetSchema', requestStream: false, responseStream: false,
    requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw } },
  { GetSchema: (_call, respond) => respond(null, Buffer.from('${Buffer.from(answer).toString('base64')}', 'base64')) },
);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (_error, port) =>
  console.log('1|5|tcp|127.0.0.1:' + port + '|grpc|'));
`,
  );
}

function program(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  return file;
}

/** An engine that leaves what it was given beside the stack, and ends with 3. */
function engine() {
  const file = program('engine', '#!/bin/sh\ncp cdk.tf.json seen.json 2>/dev/null; echo "ran $*"; exit 3\n');
  return { kind: 'terraform', path: file, from: 'PATH' } as const;
}

async function environmentFor(provider: string) {
  const { environment, close } = await cdktfEnvironment({
    aws: {},
    engine: engine(),
    provider: readProviderFile(provider),
  });
  await close();
  return environment;
}

const STACK = {
  provider: { aws: [{ region: 'eu-west-1' }] },
  resource: {
    aws_lambda_function: { Handler: { region: 'eu-west-1', runtime: 'nodejs24.x', timeout: 60 } },
    aws_s3_bucket_public_access_block: { Block: { skip_destroy: true, block_public_acls: true } },
    aws_s3_bucket_server_side_encryption_configuration: {
      Rest: { rule: [{ blocked_encryption_types: ['SSE-C'], bucket_key_enabled: true }] },
    },
  },
  data: { aws_caller_identity: { Me: { region: 'eu-west-1' } } },
};

function seenBy(environment: Readonly<Record<string, string>>, stack: object) {
  writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(stack));
  const run = spawnSync(environment.TERRAFORM_BINARY_NAME!, ['plan', '-out', 'a b'], {
    cwd: folder,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  const seen = JSON.parse(readFileSync(path.join(folder, 'seen.json'), 'utf8'));
  return { status: run.status, output: run.stdout, seen };
}

test('a provider of version 5 is given no more than it knows', async () => {
  const environment = await environmentFor(providerWith('aws_lambda_function', 'runtime'));
  expect(seenBy(environment, STACK)).toEqual({
    status: 3,
    output: 'ran plan -out a b\n',
    seen: {
      provider: STACK.provider,
      resource: {
        aws_lambda_function: { Handler: { runtime: 'nodejs22.x', timeout: 60 } },
        aws_s3_bucket_public_access_block: { Block: { block_public_acls: true } },
        aws_s3_bucket_server_side_encryption_configuration: {
          Rest: { rule: [{ bucket_key_enabled: true }] },
        },
      },
      data: { aws_caller_identity: { Me: {} } },
    },
  });
});

test('a provider of version 6 is given all', async () => {
  const environment = await environmentFor(providerWith('aws_lambda_function', 'runtime', 'region'));
  expect(seenBy(environment, STACK).seen).toEqual(STACK);
});

test('a stack that is rewritten is never seen in part, and nothing else is left in its folder', async () => {
  const environment = await environmentFor(providerWith('aws_lambda_function', 'runtime'));
  seenBy(environment, STACK);
  expect(readdirSync(folder).filter((name) => name.startsWith('cdk.tf.json'))).toEqual(['cdk.tf.json']);
});

test.each([
  ['a program that ends at once', () => program('ends', '#!/bin/sh\n'), /it ends at once/],
  ['a program that says something else', () => program('talks', '#!/bin/sh\necho hello\n'), /it says hello/],
  [
    'a provider of something else',
    () => providerWith('google_dns_record_set', 'name'),
    /aws_lambda_function/,
  ],
])('fails in one sentence for %s', async (_what, made, why) => {
  const asked = environmentFor(made());
  await expect(asked).rejects.toThrow(NoProviderError);
  await expect(asked).rejects.toThrow(why);
});
