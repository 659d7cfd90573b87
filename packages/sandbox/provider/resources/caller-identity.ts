import type { DataSource } from '../resource';

/** `data "aws_caller_identity"`. */
export const callerIdentity: DataSource = {
  read: async (context) => {
    const { Account, Arn, UserId } = await context.call('sts', 'GetCallerIdentity', {});
    return { id: Account, account_id: Account, arn: Arn, user_id: UserId };
  },
};
