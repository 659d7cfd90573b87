import type { DataSource } from '../resource';
import { computed, optionalComputed } from '../schema/schema';
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

/** `data "aws_region"`. */
export const region: DataSource = {
  block: {
    attributes: {
      ...ID,
      description: computed('string'),
      endpoint: optionalComputed('string'),
      name: optionalComputed('string'),
      region: optionalComputed('string'),
    },
  },
  read: async (context, config) => {
    const name = config.region ?? config.name ?? context.region;
    return { id: name, name, region: name, endpoint: `ec2.${name}.amazonaws.com`, description: name };
  },
};

/** `data "aws_partition"`. */
export const partition: DataSource = {
  block: {
    attributes: {
      ...ID,
      dns_suffix: computed('string'),
      partition: computed('string'),
      reverse_dns_prefix: computed('string'),
    },
  },
  read: async ({ partition: name }) => {
    const china = name === 'aws-cn';
    return {
      id: name,
      partition: name,
      dns_suffix: china ? 'amazonaws.com.cn' : 'amazonaws.com',
      reverse_dns_prefix: china ? 'cn.com.amazonaws' : 'com.amazonaws',
    };
  },
};
