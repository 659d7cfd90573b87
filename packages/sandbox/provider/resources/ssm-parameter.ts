import { UNKNOWN } from '../protocol/values';
import { AttributeError, type ProviderContext, type ResourceType, type State } from '../resource';
import { deletedBy, doing, orGone } from './common';
import { inputOf, stateOf } from './naming';
import { tagList, tagMap } from './tags';

/** `aws_ssm_parameter`. */
export const ssmParameter: ResourceType = {
  validate: (config) => {
    if (config.value === null && config.insecure_value === null) {
      throw new AttributeError('value', 'one of `insecure_value,value,value_wo` must be specified');
    }
  },
  customizePlan:
    () =>
    ({ planned, prior, config }) => {
      if (!prior) return;
      // One of the two is configured; the other one follows it.
      const follows = config.value === null ? 'value' : 'insecure_value';
      const leads = config.value === null ? 'insecure_value' : 'value';
      if (planned[leads] !== prior[leads] || planned.type !== prior.type) {
        planned[follows] = UNKNOWN;
        planned.version = UNKNOWN;
      }
    },
  create: async (context, planned) => {
    await put(context, planned, 'creating', planned.overwrite ?? false);
    return { id: planned.name };
  },
  read: (context, state) => doing(`reading SSM Parameter (${state.id})`, found(context, state)),
  update: async (context, _prior, planned) => {
    await put(context, planned, 'updating', true);
  },
  tagging: {
    list: async (context, { id }) =>
      tagMap((await context.call('ssm', 'ListTagsForResource', parameter(id))).TagList),
    tag: (context, { id }, tags) =>
      context.call('ssm', 'AddTagsToResource', { ...parameter(id), Tags: tagList(tags) }),
    untag: (context, { id }, TagKeys) =>
      context.call('ssm', 'RemoveTagsFromResource', { ...parameter(id), TagKeys }),
  },
  delete: deletedBy('SSM Parameter', 'ssm', 'DeleteParameter', (state) => ({ Name: state.id })),
};

const parameter = (name: string) => ({ ResourceType: 'Parameter', ResourceId: name });

const put = (context: ProviderContext, planned: State, verb: string, Overwrite: boolean): Promise<unknown> =>
  doing(
    `${verb} SSM Parameter (${planned.name})`,
    context.call('ssm', 'PutParameter', {
      ...inputOf('ssm', 'PutParameterRequest', planned),
      Value: planned.value ?? planned.insecure_value,
      Overwrite,
      // Tags go with a new parameter only.
      ...(Overwrite ? {} : { Tags: tagList(planned.tags_all) }),
    }),
  );

async function found(context: ProviderContext, state: State): Promise<State | null> {
  const answer = await orGone(context.call('ssm', 'GetParameter', { Name: state.id, WithDecryption: true }));
  if (!answer) return null;
  const { Parameter: it } = answer;
  const { Parameters } = await context.call('ssm', 'DescribeParameters', {
    ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [state.id] }],
  });
  const [described = {}] = Parameters;
  return {
    ...state,
    ...stateOf('ssm', 'ParameterMetadata', described),
    ...stateOf('ssm', 'Parameter', it),
    has_value_wo: false,
    insecure_value: it.Type === 'SecureString' ? '' : it.Value,
    key_id: described.KeyId ?? '',
  };
}
