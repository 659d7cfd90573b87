import { UNKNOWN } from '../protocol/values';
import { AttributeError } from '../resource';
import { inputOf, stateOf } from './naming';
import { simpleResource } from './simple-resource';
import { tagList, tagMap } from './tags';

/** `aws_ssm_parameter`. */
export const ssmParameter = simpleResource({
  what: 'SSM Parameter',
  service: 'ssm',
  create: 'PutParameter',
  read: 'GetParameter',
  update: 'PutParameter',
  delete: 'DeleteParameter',
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
  identity: ({ name }) => ({ id: name }),
  input: (planned, isNew) => ({
    ...inputOf('ssm', 'PutParameterRequest', planned),
    Value: planned.value ?? planned.insecure_value,
    Overwrite: !isNew || (planned.overwrite ?? false),
    // Tags go with a new parameter only.
    ...(isNew && !planned.overwrite && { Tags: tagList(planned.tags_all) }),
  }),
  named: ({ id }) => ({ Name: id, WithDecryption: true }),
  state: async ({ Parameter: it }, { id }, context) => {
    const { Parameters } = await context.call('ssm', 'DescribeParameters', {
      ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [id] }],
    });
    const [described = {}] = Parameters;
    return {
      ...stateOf('ssm', 'ParameterMetadata', described),
      ...stateOf('ssm', 'Parameter', it),
      has_value_wo: false,
      insecure_value: it.Type === 'SecureString' ? '' : it.Value,
      key_id: described.KeyId ?? '',
    };
  },
  tagging: {
    list: async (context, { id }) =>
      tagMap((await context.call('ssm', 'ListTagsForResource', parameter(id))).TagList),
    tag: (context, { id }, tags) =>
      context.call('ssm', 'AddTagsToResource', { ...parameter(id), Tags: tagList(tags) }),
    untag: (context, { id }, TagKeys) =>
      context.call('ssm', 'RemoveTagsFromResource', { ...parameter(id), TagKeys }),
  },
});

const parameter = (name: string) => ({ ResourceType: 'Parameter', ResourceId: name });
