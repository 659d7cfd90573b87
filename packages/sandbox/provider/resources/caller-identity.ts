import type { DataSource } from '../resource';
import { computed } from '../schema/schema';
import { ID } from './common';

/** `data "aws_caller_identity"`. */
export const callerIdentity: DataSource = {
  block: {
    attributes: {
      ...ID,
      account_id: computed('string'),
      arn: computed('string'),
      user_id: computed('string'),
    },
  },
  read: async (context) => {
    const { Account, Arn, UserId } = await context.call('sts', 'GetCallerIdentity', {});
    return { id: Account, account_id: Account, arn: Arn, user_id: UserId };
  },
};
