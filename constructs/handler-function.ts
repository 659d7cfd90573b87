import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config';
import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { FUNCTION_TIMEOUT_SECONDS, READ_ONLY_ALIAS } from '../handlers/contract/contract';
import type { HandlerCode } from './built-handler';
import { type PolicyStatement, policyDocument, ROLE_POLICY_CHARACTERS, trustPolicy } from './function-policy';
import type { Architecture, PartProps } from './names';
import { type Refusal, refusalError } from './refusal';
import { DESCRIPTIONS } from './words';

/** Memory of the function. Its share of a processor grows with it. */
const MEMORY_MB = 512;

export interface HandlerFunctionProps extends PartProps {
  /** The account that may use the role. */
  readonly account: string;
  readonly statements: readonly PolicyStatement[];
  readonly environment: Readonly<Record<string, string>>;
  readonly code: HandlerCode;
  readonly architecture: Architecture;
  readonly logRetentionDays: number;
  /** Topic that receives asynchronous invocations that failed for good. @default they are dropped */
  readonly failureTopicArn?: string;
  /** Refuse to delete the function: armed reverts and deployed domains call it by its name. */
  readonly isProtected: boolean;
  /** Resources that the function needs in order to work. */
  readonly dependencies: readonly ITerraformDependable[];
}

/** The function, its role and its log group. */
export class HandlerFunction extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly logGroup: CloudwatchLogGroup;
  readonly function: LambdaFunction;
  /** The read-only alias, through which nothing can be changed. */
  readonly readOnlyAlias: LambdaAlias;
  readonly invokeConfig: LambdaFunctionEventInvokeConfig;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: HandlerFunctionProps,
  ) {
    super(scope, id);
    const { names, region, tags, roles, code } = props;
    const policy = policyDocument(props.statements);
    const tooLarge = sizeRefusals(policy, props);
    if (tooLarge.length > 0) throw refusalError(tooLarge, this.node.path);
    this.role = new IamRole(this, 'Role', {
      ...roles,
      name: names.role,
      description: DESCRIPTIONS.functionRole,
      assumeRolePolicy: functionTrust(props.account),
      tags,
    });
    this.policy = new IamRolePolicy(this, 'Policy', { role: this.role.name, name: names.role, policy });
    this.logGroup = new CloudwatchLogGroup(this, 'LogGroup', {
      region,
      name: names.logGroup,
      retentionInDays: props.logRetentionDays,
      tags,
    });
    const asset = new TerraformAsset(this, 'Code', {
      path: code.path,
      type: AssetType.FILE,
      assetHash: Buffer.from(code.sha256Base64, 'base64').toString('hex').slice(0, 32),
    });
    this.function = new LambdaFunction(this, 'Function', {
      region,
      functionName: names.functionName,
      description: DESCRIPTIONS.function,
      role: this.role.arn,
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      architectures: [props.architecture],
      memorySize: MEMORY_MB,
      timeout: FUNCTION_TIMEOUT_SECONDS,
      filename: asset.path,
      sourceCodeHash: code.sha256Base64,
      environment: { variables: { ...props.environment } },
      loggingConfig: { logFormat: 'JSON', logGroup: this.logGroup.name },
      tags,
      // Its dependents start once it can work, and it is deleted before the resources that it needs.
      dependsOn: [this.policy, this.logGroup, ...props.dependencies],
      lifecycle: { preventDestroy: props.isProtected },
    });
    this.readOnlyAlias = this.alias(this, 'ReadDoor', READ_ONLY_ALIAS, DESCRIPTIONS.readOnlyAlias);
    this.invokeConfig = this.onFailure(this);
  }

  /** Makes an alias, which IAM grants separately; the function knows the requests that each alias accepts. */
  alias(scope: Construct, id: string, name: string, description: string): LambdaAlias {
    return new LambdaAlias(scope, id, {
      region: this.props.region,
      name,
      description,
      functionName: this.function.functionName,
      // Runs the same code as the other aliases.
      functionVersion: '$LATEST',
    });
  }

  /** Makes Lambda notify the audit topic of asynchronous invocations that failed. Lambda has this setting for each alias. */
  onFailure(scope: Construct, alias?: LambdaAlias): LambdaFunctionEventInvokeConfig {
    const { region, failureTopicArn } = this.props;
    return new LambdaFunctionEventInvokeConfig(scope, 'AsynchronousInvocations', {
      region,
      functionName: this.function.functionName,
      qualifier: alias?.name,
      maximumRetryAttempts: 2,
      destinationConfig: failureTopicArn ? { onFailure: { destination: failureTopicArn } } : undefined,
    });
  }
}

/** Formats the trust policy (JSON) of the function's role. */
export const functionTrust = (account: string): string =>
  trustPolicy(
    { Service: 'lambda.amazonaws.com' },
    // "IfExists": AWS does not say that Lambda names the account at each use of the role.
    { StringEqualsIfExists: { 'aws:SourceAccount': account } },
  );

/** Lambda counts the names and values of all variables. */
const ENVIRONMENT_BYTES = 4_096;

/** Finds policies and variables that AWS would refuse at the apply because of their size. */
function sizeRefusals(policy: string, { environment, account }: HandlerFunctionProps): Refusal[] {
  // Assumed length of a value that only the engine knows, such as an account's id or a name; AWS names are rarely longer.
  const known = (text: string): string =>
    text.replaceAll(account, '1'.repeat(12)).replace(/\$\{TfToken\[[^\]]*\]\}/g, 'n'.repeat(63));
  const sizes = Object.entries(environment)
    .map(([name, value]) => ({ name, size: Buffer.byteLength(name + known(value)) }))
    .sort((a, b) => b.size - a.size);
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  const characters = known(policy).length;
  const refusals: Refusal[] = [];
  if (bytes > ENVIRONMENT_BYTES)
    refusals.push({
      code: 'ENVIRONMENT_TOO_LARGE',
      facts: { bytes, most: ENVIRONMENT_BYTES, largest: sizes[0]! },
    });
  if (characters > ROLE_POLICY_CHARACTERS)
    refusals.push({ code: 'POLICY_TOO_LARGE', facts: { characters, most: ROLE_POLICY_CHARACTERS } });
  return refusals;
}
