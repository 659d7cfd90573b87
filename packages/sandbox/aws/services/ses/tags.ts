import { AwsError, type Operation } from '../../service';
import type { ConfigurationSetStore } from './configuration-sets';
import type { IdentityStore } from './identities';
import { Identity, type Tag } from './identity';

/** Tags of identities and configuration sets, by ARN. */
export function tagOperations(
  identities: IdentityStore,
  configurationSets: ConfigurationSetStore,
): Record<string, Operation> {
  const find = (arn: string): { tags: readonly Tag[] } | undefined =>
    identities.all().find((identity) => identity.arn === arn) ?? configurationSets.sets.get(arn);
  const require = (arn: string) => {
    const found = find(arn);
    if (!found) throw new AwsError('NotFoundException', `Resource ${arn} does not exist.`, 404);
    return found;
  };
  const operation = (name: string, run: (input: any) => unknown): Operation => ({
    action: `ses:${name}`,
    resource: (input) => input.ResourceArn,
    resourceTags: ({ ResourceArn }) => {
      const found = find(ResourceArn);
      if (found instanceof Identity) return found.tagMap();
      return Object.fromEntries((found?.tags ?? []).map(({ Key, Value }) => [Key, Value]));
    },
    run,
  });
  return {
    TagResource: operation('TagResource', ({ ResourceArn, Tags }) => {
      const resource = require(ResourceArn);
      const given = new Set(Tags.map(({ Key }: Tag) => Key));
      resource.tags = [...resource.tags.filter(({ Key }) => !given.has(Key)), ...Tags];
      return {};
    }),
    UntagResource: operation('UntagResource', ({ ResourceArn, TagKeys }) => {
      const resource = require(ResourceArn);
      resource.tags = resource.tags.filter(({ Key }) => !TagKeys.includes(Key));
      return {};
    }),
    ListTagsForResource: operation('ListTagsForResource', ({ ResourceArn }) => ({
      Tags: require(ResourceArn).tags,
    })),
  };
}
