import { afterCreate, type ProviderContext, type ResourceType, type State } from '../resource';
import { doing, given, nameOrPrefixed } from './common';
import { stateOf } from './naming';

const NAME = 'CloudWatch Logs Log Group';

/** `aws_cloudwatch_log_group`. */
export const logGroup: ResourceType = {
  create: async (context, planned) => {
    const name = nameOrPrefixed(planned);
    await doing(
      `creating ${NAME} (${name})`,
      context.call('logs', 'CreateLogGroup', {
        logGroupName: name,
        ...(Object.keys(planned.tags_all).length > 0 ? { tags: planned.tags_all } : {}),
        ...given({ logGroupClass: planned.log_group_class }),
      }),
    );
    const created = { ...planned, id: name, name, name_prefix: planned.name_prefix ?? '' };
    await afterCreate(created, () => putRetention(context, name, planned.retention_in_days));
    return created;
  },
  read: (context, state) => doing(`reading ${NAME} (${state.id})`, find(context, state)),
  update: async (context, prior, planned) => {
    const name = planned.id;
    if (prior.retention_in_days !== planned.retention_in_days) {
      await putRetention(context, name, planned.retention_in_days);
    }
  },
  tagging: {
    list: async (context, { arn }) =>
      (await context.call('logs', 'ListTagsForResource', { resourceArn: arn })).tags,
    tag: (context, { arn }, tags) => context.call('logs', 'TagResource', { resourceArn: arn, tags }),
    untag: (context, { arn }, tagKeys) =>
      context.call('logs', 'UntagResource', { resourceArn: arn, tagKeys }),
  },
  delete: async (context, state) => {
    if (state.skip_destroy) return;
    const group = await find(context, state);
    if (!group) return;
    await doing(
      `deleting ${NAME} (${state.id})`,
      context.call('logs', 'DeleteLogGroup', { logGroupName: state.id }),
    );
  },
};

function putRetention(context: ProviderContext, logGroupName: string, days: number | null): Promise<unknown> {
  // 0 means that nothing expires.
  const call = days
    ? context.call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: days })
    : context.call('logs', 'DeleteRetentionPolicy', { logGroupName });
  return doing(`setting ${NAME} (${logGroupName}) retention policy`, call);
}

async function find(context: ProviderContext, state: State): Promise<State | null> {
  const { logGroups } = await context.call('logs', 'DescribeLogGroups', { logGroupNamePrefix: state.id });
  const group = logGroups.find(({ logGroupName }: { logGroupName: string }) => logGroupName === state.id);
  if (!group) return null;
  return {
    ...state,
    ...stateOf('logs', 'LogGroup', group),
    arn: group.logGroupArn,
    name: group.logGroupName,
    name_prefix: state.name_prefix ?? '',
    retention_in_days: group.retentionInDays ?? 0,
    skip_destroy: state.skip_destroy ?? false,
  };
}
