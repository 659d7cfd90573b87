import type { ServiceFactory } from '../core';
import { type Common, operationsOf } from '../operations';
import type { ResourceTags } from '../resource-tags';
import { AwsError } from '../service';

interface Parameter {
  readonly input: any;
  readonly version: number;
  readonly modified: Date;
  readonly tags: ResourceTags;
}

/** Systems Manager's parameters: the plainest thing that a stack can hold beside an identity. */
export const createSsm: ServiceFactory = (core) => {
  const parameters = new Map<string, Parameter>();
  const arn = (name: string, region: string) =>
    `arn:aws:ssm:${region}:${core.accountId}:parameter/${String(name).replace(/^\//, '')}`;
  const require = (name: string, region: string): Parameter => {
    const found = parameters.get(arn(name, region));
    if (!found) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    return found;
  };
  const common: Common = { resource: (input, { region }) => arn(input.Name ?? input.ResourceId, region) };
  return {
    name: 'ssm',
    operations: operationsOf('ssm', common, {
      PutParameter({ Overwrite, Tags = [], ...input }, { region, clock }) {
        const key = arn(input.Name, region);
        const existing = parameters.get(key);
        if (existing && !Overwrite) {
          throw new AwsError(
            'ParameterAlreadyExists',
            'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
          );
        }
        const version = (existing?.version ?? 0) + 1;
        parameters.set(key, {
          input: { ...existing?.input, ...input },
          version,
          modified: new Date(clock.now()),
          tags: existing?.tags ?? core.resourceTags(Tags),
        });
        return { Version: version, Tier: 'Standard' };
      },
      GetParameter({ Name }, { region }) {
        const { input, version, modified } = require(Name, region);
        return {
          Parameter: {
            Name,
            Type: input.Type,
            Value: input.Value,
            Version: version,
            LastModifiedDate: modified,
            ARN: arn(Name, region),
            DataType: input.DataType ?? 'text',
          },
        };
      },
      DescribeParameters: ({ ParameterFilters = [] }, { region }) => ({
        Parameters: ParameterFilters.flatMap(({ Values }: any) => Values).flatMap((name: string) => {
          const found = parameters.get(arn(name, region));
          if (!found) return [];
          const { Description, AllowedPattern, KeyId } = found.input;
          return [{ Name: name, Description, AllowedPattern, KeyId, Tier: found.input.Tier ?? 'Standard' }];
        }),
      }),
      DeleteParameter({ Name }, { region }) {
        require(Name, region);
        parameters.delete(arn(Name, region));
      },
      AddTagsToResource({ ResourceId, Tags }, { region }) {
        require(ResourceId, region).tags.put(Tags);
      },
      RemoveTagsFromResource({ ResourceId, TagKeys }, { region }) {
        require(ResourceId, region).tags.remove(TagKeys);
      },
      ListTagsForResource: ({ ResourceId }, { region }) => ({
        TagList: require(ResourceId, region).tags.list,
      }),
    }),
  };
};
