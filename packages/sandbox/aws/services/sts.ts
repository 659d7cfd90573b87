import type { ServiceFactory } from '../../contract/core';
import { AwsError, type CallContext, type Principal } from '../../contract/service';
import { principalArn, principalArns } from '../authorize';
import type { IamService } from './iam';

const DEFAULT_SECONDS = 3600;

/** Security Token Service: the caller's identity, and sessions of roles. */
export const createSts: ServiceFactory = (core) => {
  const assumeRole = (input: any, { principal, clock, accountId }: CallContext) => {
    const { RoleArn, RoleSessionName: sessionName, DurationSeconds = DEFAULT_SECONDS } = input;
    if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(RoleArn))
      throw new AwsError('ValidationError', `${RoleArn} is invalid`);
    const iam = core.service<IamService>('iam');
    const role = iam.roleAt(RoleArn);
    const keys = {
      ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      'sts:RoleSessionName': sessionName,
      'aws:PrincipalArn': principal.type === 'role' ? principal.roleArn : principalArn(principal, accountId),
      'aws:PrincipalAccount': accountId,
    };
    if (!role || !iam.trustsPrincipal(RoleArn, principalArns(principal, accountId), keys)) {
      throw new AwsError(
        'AccessDenied',
        `User: ${principalArn(principal, accountId)} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
        403,
      );
    }
    if (DurationSeconds > role.MaxSessionDuration) {
      const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
      throw new AwsError('ValidationError', message);
    }
    const session: Principal = { type: 'role', roleName: role.RoleName, roleArn: RoleArn, sessionName };
    const expiresAt = clock.now() + DurationSeconds * 1000;
    const { accessKeyId, secretAccessKey, sessionToken } = core.credentials.issue(session, expiresAt);
    return {
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: new Date(expiresAt),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${role.RoleId}:${sessionName}`,
        Arn: principalArn(session, accountId),
      },
    };
  };
  return {
    name: 'sts',
    operations: {
      AssumeRole: { action: 'sts:AssumeRole', resource: ({ RoleArn }) => RoleArn, run: assumeRole },
      GetCallerIdentity: {
        // AWS allows this call to everybody, regardless of policies.
        action: [],
        resource: () => '*',
        run: (_input, { principal }) => ({
          Arn: principalArn(principal, core.accountId),
          UserId: principal.type === 'role' ? `AROASANDBOX:${principal.sessionName}` : 'AIDASANDBOXADMIN',
          Account: core.accountId,
        }),
      },
    },
  };
};
