/**
 * Synthesizes domains from a list, as `cdktf` does, or in bare cdktf: `tsx tools/bench/synth-app.ts listed|bare COUNT
 * OUTDIR`.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DataAwsLambdaInvocation } from '@cdktf/provider-aws/lib/data-aws-lambda-invocation';
import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import { App, Fn, LocalBackend, Op, TerraformOutput, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { TerraformData } from '../../constructs/terraform-data';
import { REQUIRED_VERSION } from '../../packages/engine/engine-guard';

const REGION = 'us-east-1';
const FUNCTION = 'ses-byodkim';
const CREATED = {
  ...{ region: REGION, functionName: FUNCTION, lifecycleScope: 'CREATE_ONLY' },
  lifecycle: { createBeforeDestroy: true, ignoreChanges: ['input'] },
};

function domainStack(app: App, domain: string, state: string): void {
  const stack = new TerraformStack(app, domain);
  new LocalBackend(stack, { path: path.relative(path.join(app.outdir, 'stacks', domain), state) });
  stack.addOverride('terraform.required_version', REQUIRED_VERSION);
  new AwsProvider(stack, 'aws', { region: REGION, retryMode: 'adaptive', maxRetries: 25 });
  const scope = new Construct(stack, 'Identity');
  const wanted = { domain, selector: 's1', region: REGION };
  const inspection = new DataAwsLambdaInvocation(scope, 'Inspection', {
    region: REGION,
    functionName: FUNCTION,
    qualifier: 'read',
    input: JSON.stringify({ resource: 'Inspection', ...wanted }),
  });
  const driftToken = Fn.lookup(Fn.jsondecode(inspection.result), 'token');
  const refusal = Token.asString(Fn.lookup(Fn.jsondecode(inspection.result), 'refusal', 'nothing'));
  const attempt = new TerraformData(scope, 'Attempt', {
    triggersReplace: { wanted: { ...wanted, function: FUNCTION }, drift: driftToken },
    lifecycle: {
      createBeforeDestroy: true,
      precondition: [{ condition: Op.eq(refusal, 'nothing'), errorMessage: refusal }],
    },
  });
  const transaction = attempt.getStringAttribute('id');
  const triggers = { attempt: transaction };
  const input = (resource: string, more = {}) =>
    JSON.stringify({ resource, transaction, ...wanted, ...more });
  const gate = new LambdaInvocation(scope, 'DnsGate', { ...CREATED, triggers, input: input('DnsGate') });
  const identity = new Sesv2EmailIdentity(scope, 'Identity', {
    region: REGION,
    emailIdentity: domain,
    tags: { byodkim: 'managed' },
    dependsOn: [gate],
  });
  const stackFunction = new TerraformData(scope, 'Function', {
    input: FUNCTION,
    lifecycle: { ignoreChanges: ['input'] },
  });
  const madeWith = stackFunction.getStringAttribute('input');
  const baseline = new LambdaInvocation(scope, 'Baseline', {
    ...CREATED,
    lifecycle: {
      ...CREATED.lifecycle,
      precondition: [{ condition: Op.eq(madeWith, FUNCTION), errorMessage: `made with ${madeWith}` }],
    },
    lifecycleScope: 'CRUD',
    input: JSON.stringify({
      resource: 'Baseline',
      id: `${stackFunction.id}.${Fn.uuid()}`,
      domain,
      region: REGION,
      deletesIdentity: true,
    }),
    triggers: { domain },
    dependsOn: [gate, identity],
  });
  const stackId = Token.asString(Fn.lookup(Fn.jsondecode(baseline.input), 'id'));
  const ofStack = (resource: string) => ({
    ...CREATED,
    input: input(resource, { stack: stackId, driftToken: `${driftToken}` }),
    triggers: { ...triggers, stack: stackId },
  });
  const signing = new LambdaInvocation(scope, 'Signing', ofStack('Signing'));
  const confirmation = new LambdaInvocation(scope, 'Confirmation', {
    ...ofStack('Confirmation'),
    dependsOn: [signing, inspection, attempt, stackFunction, gate, identity, baseline],
  });
  new TerraformOutput(stack, 'identity_arn', { value: identity.arn });
  new TerraformOutput(stack, 'record_name', { value: `s1._domainkey.${domain}` });
  new TerraformOutput(stack, 'verified', {
    value: Fn.lookup(Fn.jsondecode(confirmation.result), 'verified', true),
  });
}

const [kind, count, outdir = ''] = process.argv.slice(2);
const app = new App({ outdir });
const beside = (file: string): string => path.join(outdir, '..', file);
const domains = Array.from({ length: Number(count) }, (_, index) => `d${index}.example.com`);
if (kind === 'bare') {
  for (const domain of domains) domainStack(app, domain, beside(`state/${domain}.tfstate`));
  app.synth();
} else {
  // Loaded here, since it is not part of the bare app.
  const { synthesize } = require('../../main') as typeof import('../../main');
  const { readDomainList } = require('../../list/read-list') as typeof import('../../list/read-list');
  const list = {
    defaults: { region: REGION, selector: 's1' },
    domains: Object.fromEntries(domains.map((domain) => [domain, null])),
  };
  writeFileSync(beside('domains.yaml'), JSON.stringify(list));
  writeFileSync(beside('handler.zip'), '');
  synthesize(app, readDomainList(beside('domains.yaml')), { path: beside('handler.zip'), sha256Base64: '' });
}
console.log(JSON.stringify(process.resourceUsage()));
