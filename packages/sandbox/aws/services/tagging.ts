import { listOf, type ResourceTags, type Tag } from '../../contract/resource-tags';
import type { AwsError, Operation } from '../../contract/service';

/** Describes a resource type that carries tags, and the names in its service's operations. */
export interface Tagged {
  readonly service: string;
  /** Returns the tags of a resource, if it exists. */
  find(arn: string, region: string): ResourceTags | undefined;
  /** Makes the error for a resource that does not exist. */
  missing(arn: string): AwsError;
  /** Refuses an ARN that cannot carry tags. */
  refuse?(arn: string): void;
  /** Refuses tags that may not be added to the existing ones. */
  check?(given: readonly Tag[], there: ResourceTags): void;
  changed?(arn: string): void;
  /** @default ResourceArn, Tags, TagKeys */
  readonly members?: readonly [arn: string, tags: string, keys: string];
  /** Whether tags are written as a map instead of a list. */
  readonly asMap?: boolean;
  /** @default ListTagsForResource */
  readonly list?: string;
}

/**
 * Returns the condition keys of the tags in a request. IAM compares each tag key with `aws:TagKeys`; here, several satisfy no
 * condition.
 */
export const requestTagKeys = (
  tags: readonly Tag[] = [],
  keys = tags.map(({ Key }) => Key),
): Record<string, string> => ({
  ...(keys.length > 0 && { 'aws:TagKeys': keys.join(' ') }),
  ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
});

/** Makes the three operations that most services have. */
export function tagOperations(tagged: Tagged): Record<string, Operation> {
  const { service, find, asMap = false, list = 'ListTagsForResource' } = tagged;
  const [arn, tags, keys] = tagged.members ?? ['ResourceArn', 'Tags', 'TagKeys'];
  const given = (input: any): readonly Tag[] => (asMap ? listOf(input[tags]) : input[tags]);
  const operation = (
    name: string,
    run: (there: ResourceTags, input: any) => unknown,
    conditionKeys?: Operation['conditionKeys'],
  ): Operation => ({
    action: `${service}:${name}`,
    resource: (input) => input[arn],
    conditionKeys,
    resourceTags: (input, { region }) => find(input[arn], region)?.arrived ?? {},
    run: (input, { region }) => {
      tagged.refuse?.(input[arn]);
      const there = find(input[arn], region);
      if (!there) throw tagged.missing(input[arn]);
      return run(there, input) ?? {};
    },
  });
  return {
    TagResource: operation(
      'TagResource',
      (there, input) => {
        tagged.check?.(given(input), there);
        there.put(given(input));
        tagged.changed?.(input[arn]);
      },
      (input) => requestTagKeys(given(input)),
    ),
    UntagResource: operation(
      'UntagResource',
      (there, input) => {
        there.remove(input[keys]);
        tagged.changed?.(input[arn]);
      },
      (input) => requestTagKeys([], input[keys]),
    ),
    [list]: operation(list, (there) => ({ [tags]: asMap ? there.record : there.list })),
  };
}
