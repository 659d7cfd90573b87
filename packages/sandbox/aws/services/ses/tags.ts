import type { ResourceTags } from '../../resource-tags';
import { AwsError, type Operation } from '../../service';
import type { ConfigurationSetStore } from './configuration-sets';
import type { IdentityStore } from './identities';

/** Tags of identities and configuration sets, by ARN. */
export function tagOperations(
  identities: IdentityStore,
  configurationSets: ConfigurationSetStore,
): Record<string, Operation> {
  const find = (arn: string): { readonly tags: ResourceTags } | undefined =>
    identities.all().find((identity) => identity.arn === arn) ?? configurationSets.sets.get(arn);
  const tagsOf = (arn: string): ResourceTags => {
    const found = find(arn);
    if (!found) throw new AwsError('NotFoundException', `Resource ${arn} does not exist.`, 404);
    return found.tags;
  };
  const operation = (name: string, run: (input: any) => unknown): Operation => ({
    action: `ses:${name}`,
    resource: (input) => input.ResourceArn,
    resourceTags: ({ ResourceArn }) => find(ResourceArn)?.tags.arrived ?? {},
    run,
  });
  return {
    TagResource: operation('TagResource', ({ ResourceArn, Tags }) => {
      tagsOf(ResourceArn).put(Tags);
      return {};
    }),
    UntagResource: operation('UntagResource', ({ ResourceArn, TagKeys }) => {
      tagsOf(ResourceArn).remove(TagKeys);
      return {};
    }),
    ListTagsForResource: operation('ListTagsForResource', ({ ResourceArn }) => ({
      Tags: tagsOf(ResourceArn).list,
    })),
  };
}
