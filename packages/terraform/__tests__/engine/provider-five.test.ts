import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { useOneSandbox } from '../../../sandbox/__tests__/use-sandbox';
import { cdktfEnvironment } from '../../engine/cdktf-environment';
import { NoProviderError, readProviderFile } from '../../engine/provider-source';

const sandbox = useOneSandbox();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'provider-five-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  return file;
}

/** An engine that leaves its input next to the stack, and exits with 3. */
function engine() {
  const file = program('engine', '#!/bin/sh\ncp cdk.tf.json seen.json 2>/dev/null; echo "ran $*"; exit 3\n');
  return { kind: 'terraform', path: file, from: 'PATH' } as const;
}

async function environmentFor(name: string) {
  const { environment, close } = await cdktfEnvironment({
    sandbox,
    engine: engine(),
    provider: readProviderFile(program(name, '#!/bin/sh\n')),
  });
  await close();
  return environment;
}

const FIVE = 'terraform-provider-aws_v5.100.0_x5';

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

test('a provider of version 5 receives only attributes that it supports', async () => {
  const environment = await environmentFor(FIVE);
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

test('no cache or home directory stays behind where a real deploy would find it', async () => {
  const { CDKTF_HOME, TF_PLUGIN_CACHE_DIR } = await environmentFor(FIVE);
  expect(TF_PLUGIN_CACHE_DIR).toBe('');
  expect(existsSync(path.dirname(CDKTF_HOME))).toBe(false);
});

test('fails for a file whose name does not contain its version', async () => {
  const asked = environmentFor('terraform-provider-aws');
  await expect(asked).rejects.toThrow(NoProviderError);
  await expect(asked).rejects.toThrow(
    /under its name in registries, for example terraform-provider-aws_v6\.25\.0/,
  );
});
