import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RoleName } from '../../constructs/roles';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import type { Credentials } from '../../packages/sandbox/contract/credentials';
import { type AwsCall, awsCalls } from '../../packages/terraform/provider/aws-call';
import { awsOf } from '../cli/support/aws-of';
import { byodkim } from '../cli/support/terminal';
import { COMMAND } from './stacks-command';

/** The IAM role of somebody whom the documents name. */
export const roleOf = (name: RoleName): string => `people-${name}`;

/** Somebody of whom IAM knows exactly the policy that `byodkim policy` prints for a list. */
export class Person {
  private constructor(
    readonly name: RoleName,
    readonly credentials: Credentials,
    /** Points programs at the sandbox, as this person. */
    readonly environment: Readonly<Record<string, string>>,
    /** One call of AWS's, signed with this person's keys. @throws what AWS refuses with */
    readonly call: AwsCall,
    private readonly list: string,
  ) {}

  /**
   * @param list the text of `domains.yaml`
   * @param RoleName the role in IAM
   * @param more of the command line
   */
  static async of(
    sandbox: Sandbox,
    name: RoleName,
    list: string,
    RoleName: string = roleOf(name),
    more: readonly string[] = [],
  ): Promise<Person> {
    const args = ['policy', name, '--account', sandbox.accountId, ...more];
    const printed = await byodkim(args, {
      readFile: async () => Buffer.from(list),
    });
    if (printed.exitCode !== 0) throw new Error(printed.stderr);
    const document = (Statement: unknown) => JSON.stringify({ Version: '2012-10-17', Statement });
    const trust = { Effect: 'Allow', Principal: { AWS: sandbox.accountId }, Action: 'sts:AssumeRole' };
    const { Role } = await sandbox.call('iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: document([trust]),
    });
    for (const [index, policy] of [JSON.parse(printed.stdout)].flat().entries()) {
      const PolicyDocument = document(policy.Statement);
      const { Policy } = await sandbox.call('iam', 'CreatePolicy', {
        PolicyName: `${RoleName}-${index + 1}`,
        PolicyDocument,
      });
      await sandbox.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn: Policy.Arn });
    }
    const credentials = sandbox.credentials.issue({
      type: 'role',
      roleName: RoleName,
      roleArn: Role.Arn,
      sessionName: name,
    });
    const environment = {
      ...sandbox.environment,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken!,
    };
    const call = awsCalls({ account: sandbox, credentials, maxAttempts: 1 });
    const inRegion: AwsCall = (...what) => call({ region: sandbox.region }, ...what);
    return new Person(name, credentials, environment, inRegion, list);
  }

  /** The command, in this process. What it printed, exit code first. */
  async inProcess(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await byodkim(args, {
      readFile: async () => Buffer.from(this.list),
      ...awsOf((_, ...what) => this.call(...what)),
    });
    return `${exitCode} ${stdout}${stderr}`;
  }

  /** The built command in a folder of its own that holds the list. The same. */
  async byodkim(...args: string[]): Promise<string> {
    const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-person-'));
    writeFileSync(path.join(folder, 'domains.yaml'), this.list);
    const { exitCode, stdout, stderr } = await this.byodkimIn(folder, ...args);
    rmSync(folder, { recursive: true, force: true });
    return `${exitCode} ${stdout}${stderr}`;
  }

  /** The built command, over HTTP, in a folder. */
  byodkimIn(cwd: string, ...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const env = { PATH: process.env.PATH, HOME: cwd, ...this.environment };
    return new Promise((resolve) => {
      execFile(process.execPath, [COMMAND, ...args], { cwd, env }, (error, stdout, stderr) =>
        resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  }
}
