#!/usr/bin/env node
// Runs the engine for a provider of version 5: removes the attributes that only version 6 supports from the stack, then
// runs the engine with the same arguments. The story stays the same without them: the region is the provider's, a
// runtime is one version older, and two settings keep AWS's defaults.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');

const STACK = 'cdk.tf.json';

const withoutSix = (type, { region, ...resource }) => {
  if (type === 'aws_lambda_function' && resource.runtime === 'nodejs24.x') resource.runtime = 'nodejs22.x';
  if (type === 'aws_s3_bucket_public_access_block') delete resource.skip_destroy;
  if (type === 'aws_s3_bucket_server_side_encryption_configuration')
    resource.rule = resource.rule.map(({ blocked_encryption_types, ...rule }) => rule);
  return resource;
};

const mapped = (object, map) =>
  Object.fromEntries(Object.entries(object ?? {}).map(([name, value]) => [name, map(name, value)]));

const forFive = (stack) => {
  for (const kind of ['resource', 'data'])
    if (stack[kind])
      stack[kind] = mapped(stack[kind], (type, named) =>
        mapped(named, (_name, resource) => withoutSix(type, resource)),
      );
  return stack;
};

/** Rewrites the stack in one step, so that no concurrent reader sees half of it, and leaves a correct one alone. */
const rewrite = () => {
  const before = readFileSync(STACK, 'utf8');
  const after = JSON.stringify(forFive(JSON.parse(before)), null, 2);
  if (after === before) return;
  writeFileSync(`${STACK}.${process.pid}`, after);
  renameSync(`${STACK}.${process.pid}`, STACK);
};

if (existsSync(STACK)) rewrite();

const { status } = spawnSync(process.env.SANDBOX_ENGINE, process.argv.slice(2), { stdio: 'inherit' });
process.exitCode = status ?? 1;
