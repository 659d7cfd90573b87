import { strToU8, zipSync } from 'fflate';
import { type Sandbox, startSandbox } from '../../aws/sandbox';
import type { LambdaService } from '../../aws/services/lambda';
import type { LambdaOptions } from '../../contract/lambda-options';

/** A zip with one `index.js`. */
export const zipOf = (source: string): Uint8Array => zipSync({ 'index.js': strToU8(source) });

export const FUNCTION = 'probe';

/** Makes a role that `service` may take, with the statements given. Returns its ARN. */
export async function makeRole(
  sandbox: Sandbox,
  roleName: string,
  service: string,
  statements: readonly object[] = [],
): Promise<string> {
  const trust = [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }];
  const document = (Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await sandbox.call('iam', 'CreateRole', {
    RoleName: roleName,
    AssumeRolePolicyDocument: document(trust),
  });
  if (statements.length > 0) {
    await sandbox.call('iam', 'PutRolePolicy', {
      RoleName: roleName,
      PolicyName: 'policy',
      PolicyDocument: document(statements),
    });
  }
  return Role.Arn;
}

export interface Deployment {
  readonly sandbox: Sandbox;
  readonly lambda: LambdaService;
  /** Calls the function, whose answer is parsed. */
  invoke(event?: unknown, more?: object): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  readonly error?: string;
  readonly payload: any;
  readonly log: string;
  readonly requestId: string;
}

/** A sandbox with one function, made of the body of its handler (`event` and `context` in scope). */
export async function deploy(
  source: string,
  {
    options,
    settings,
    statements,
  }: { options?: LambdaOptions; settings?: object; statements?: object[] } = {},
): Promise<Deployment> {
  const sandbox = await startSandbox({ lambda: options, sesRequestsPerSecond: Number.POSITIVE_INFINITY });
  const role = await makeRole(sandbox, 'probe-role', 'lambda.amazonaws.com', statements);
  await sandbox.call('lambda', 'CreateFunction', {
    FunctionName: FUNCTION,
    Role: role,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipOf(source) },
    ...settings,
  });
  // Until then it is being made, and takes no change.
  await sandbox.call('lambda', 'GetFunction', { FunctionName: FUNCTION });
  return {
    sandbox,
    lambda: sandbox.service<LambdaService>('lambda'),
    async invoke(event = {}, more = {}) {
      const output = await sandbox.call('lambda', 'Invoke', {
        FunctionName: FUNCTION,
        Payload: Buffer.from(JSON.stringify(event)),
        LogType: 'Tail',
        ...more,
      });
      const text = Buffer.from(output.Payload).toString();
      return {
        error: output.FunctionError,
        payload: text ? JSON.parse(text) : undefined,
        log: Buffer.from(output.LogResult ?? '', 'base64').toString(),
        requestId: output.RequestId,
      };
    },
    close: () => sandbox.close(),
  };
}

/** For a file of tests: `deploy`, and whatever a test deploys is closed after it. */
export function useDeployment(): typeof deploy {
  const deployments: Deployment[] = [];
  afterEach(() => Promise.all(deployments.splice(0).map((deployment) => deployment.close())));
  return async (...args) => {
    const deployment = await deploy(...args);
    deployments.push(deployment);
    return deployment;
  };
}
