/** Synthesizes the stacks of a list's domains in bare cdktf, written by hand: `tsx tools/bench/synth-bare.ts COUNT OUTDIR`. */
import path from 'node:path';
import { DataAwsLambdaInvocation } from '@cdktf/provider-aws/lib/data-aws-lambda-invocation';
import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import {
  App,
  Fn,
  LocalBackend,
  Op,
  TerraformOutput,
  TerraformResource,
  type TerraformResourceLifecycle,
  TerraformStack,
  Token,
} from 'cdktf';
import { Construct } from 'constructs';
import { REQUIRED_VERSION } from '../../packages/engine/engine-guard';

const REGION = 'us-east-1';
const FUNCTION = 'ses-byodkim';
const CRUD = { lifecycleScope: 'CRUD', lifecycle: { createBeforeDestroy: true } };

class Attempt extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly triggersReplace: unknown,
    lifecycle: TerraformResourceLifecycle,
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { triggers_replace: this.triggersReplace };
  }
}

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
  const attempt = new Attempt(
    scope,
    'Attempt',
    { wanted: { ...wanted, function: FUNCTION }, drift: driftToken },
    {
      createBeforeDestroy: true,
      precondition: [{ condition: Op.eq(refusal, 'nothing'), errorMessage: refusal }],
    },
  );
  const transaction = attempt.getStringAttribute('id');
  const common = { region: REGION, functionName: FUNCTION, triggers: { attempt: transaction }, ...CRUD };
  const input = (resource: string, drift = {}) =>
    JSON.stringify({ resource, transaction, ...wanted, ...drift });
  const gate = new LambdaInvocation(scope, 'DnsGate', { ...common, input: input('DnsGate') });
  const identity = new Sesv2EmailIdentity(scope, 'Identity', {
    region: REGION,
    emailIdentity: domain,
    tags: { byodkim: 'managed' },
    dependsOn: [gate],
  });
  const drift = { driftToken: `${driftToken}` };
  const signing = new LambdaInvocation(scope, 'Signing', {
    ...common,
    input: input('Signing', drift),
    dependsOn: [gate, identity],
  });
  const confirmation = new LambdaInvocation(scope, 'Confirmation', {
    ...common,
    input: input('Confirmation', drift),
    dependsOn: [signing, inspection, attempt, gate, identity],
  });
  new TerraformOutput(stack, 'identity_arn', { value: identity.arn });
  new TerraformOutput(stack, 'record_name', { value: `s1._domainkey.${domain}` });
  new TerraformOutput(stack, 'verified', {
    value: Fn.lookup(Fn.jsondecode(confirmation.result), 'verified', true),
    description: 'Whether SES had verified the record when the stack reached its end.',
  });
}

const [count = '1', outdir = 'cdktf.out'] = process.argv.slice(2);
const app = new App({ outdir });
for (let index = 0; index < Number(count); index++) {
  const domain = `d${index}.example.com`;
  domainStack(app, domain, path.join(outdir, '..', 'state', `${domain}.tfstate`));
}
app.synth();
console.log(JSON.stringify(process.resourceUsage()));
