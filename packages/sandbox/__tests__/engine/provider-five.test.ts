import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cdktfEnvironment } from '../../engine/cdktf-environment';
import { readProviderSource } from '../../engine/provider-source';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'provider-five-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program under the name that a provider is published under. */
function programNamed(name: string): string {
  const program = path.join(folder, name);
  copyFileSync('/bin/sh', program);
  chmodSync(program, 0o755);
  return program;
}

/** An engine that leaves what it was given beside the stack, and ends with 3. */
function engine() {
  const program = path.join(folder, 'engine');
  writeFileSync(program, '#!/bin/sh\ncp cdk.tf.json seen.json 2>/dev/null; echo "ran $*"; exit 3\n');
  chmodSync(program, 0o755);
  return { kind: 'terraform', path: program, from: 'PATH' } as const;
}

async function environmentFor(provider: string) {
  const { environment, close } = await cdktfEnvironment({
    aws: {},
    engine: engine(),
    provider: readProviderSource(programNamed(provider)),
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
  const environment = await environmentFor('terraform-provider-aws_v5.100.0_x5');
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
  const environment = await environmentFor('terraform-provider-aws_v6.25.0_x5');
  expect(seenBy(environment, STACK).seen).toEqual(STACK);
});
