import { principalArn } from '../authorize';
import type { ServiceFactory } from '../core';

/** Security Token Service: who am I. */
export const createSts: ServiceFactory = (core) => ({
  name: 'sts',
  operations: {
    GetCallerIdentity: {
      // AWS answers this one whatever the policies say.
      action: [],
      resource: () => '*',
      run: (_input, { principal }) => ({
        Arn: principalArn(principal, core.accountId),
        UserId: principal.type === 'role' ? `AROASANDBOX:${principal.roleName}` : 'AIDASANDBOXADMIN',
        Account: core.accountId,
      }),
    },
  },
});
