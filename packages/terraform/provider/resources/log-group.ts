import type { ProviderContext, ResourceType, State } from '../resource';
import { doing, given, nameOrPrefixed } from './common';
import { stateOf } from './naming';
import { simpleResource } from './simple-resource';

const NAME = 'CloudWatch Logs Log Group';

/** `aws_cloudwatch_log_group`. */
export const logGroup: ResourceType = {
  ...simpleResource({
    what: NAME,
    service: 'logs',
    create: 'CreateLogGroup',
    read: 'DescribeLogGroups',
    delete: 'DeleteLogGroup',
    identity: (planned) => {
      const name = nameOrPrefixed(planned);
      return { id: name, name };
    },
    input: ({ id, tags_all, log_group_class }) => ({
      logGroupName: id,
      ...(Object.keys(tags_all).length > 0 && { tags: tags_all }),
      ...given({ logGroupClass: log_group_class }),
    }),
    finish: putRetention,
    // Names both members, of which the models give each operation its own.
    named: ({ id }) => ({ logGroupName: id, logGroupNamePrefix: id }),
    state: ({ logGroups }, state) => {
      const group = logGroups.find(({ logGroupName }: { logGroupName: string }) => logGroupName === state.id);
      return (
        group && {
          ...stateOf('logs', 'LogGroup', group),
          arn: group.logGroupArn,
          name: group.logGroupName,
          retention_in_days: group.retentionInDays ?? 0,
          skip_destroy: state.skip_destroy ?? false,
        }
      );
    },
    tagging: {
      list: async (context, { arn }) =>
        (await context.call('logs', 'ListTagsForResource', { resourceArn: arn })).tags,
      tag: (context, { arn }, tags) => context.call('logs', 'TagResource', { resourceArn: arn, tags }),
      untag: (context, { arn }, tagKeys) =>
        context.call('logs', 'UntagResource', { resourceArn: arn, tagKeys }),
    },
  }),
  update: async (context, prior, planned) => {
    if (prior.retention_in_days !== planned.retention_in_days) await putRetention(context, planned);
  },
};

function putRetention(context: ProviderContext, { id, retention_in_days: days }: State): Promise<unknown> {
  // 0 means that nothing expires.
  const call = days
    ? context.call('logs', 'PutRetentionPolicy', { logGroupName: id, retentionInDays: days })
    : context.call('logs', 'DeleteRetentionPolicy', { logGroupName: id });
  return doing(`setting ${NAME} (${id}) retention policy`, call);
}
