import { listOf, type Tag } from '../../../sandbox/contract/resource-tags';
import type { ProviderContext, ResourceType, State, Tagging, Tags } from '../resource';

export const tagList = (tags: Tags | null): Tag[] => listOf(tags ?? {});

export const tagMap = (tags: readonly Tag[] | undefined): Tags =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));

/**
 * Makes the tagging with the three operations that most services have: `ListTagsForResource`, `TagResource` and
 * `UntagResource`.
 */
export const tagsByArn = (service: string, arn = 'ResourceArn'): Tagging => ({
  list: async (context, state) =>
    tagMap((await context.call(service, 'ListTagsForResource', { [arn]: state.arn })).Tags),
  tag: (context, state, tags) =>
    context.call(service, 'TagResource', { [arn]: state.arn, Tags: tagList(tags) }),
  untag: (context, state, TagKeys) => context.call(service, 'UntagResource', { [arn]: state.arn, TagKeys }),
});

/** A resource whose own answer includes its tags leaves them under this name, which no attribute has. */
export const READ_TAGS = 'read tags';
export const readTags: Tagging['list'] = async (_context, state) => state[READ_TAGS];

/** Reads the object, and its tags if it carries any. */
export async function readWithTags(
  { read, tagging }: ResourceType,
  context: ProviderContext,
  state: State,
): Promise<State | null> {
  const found = await read(context, state);
  if (!found || !tagging) return found;
  return { ...found, ...tagState(context, state, await tagging.list(context, found)) };
}

/** Returns the two tag attributes from the tags in AWS. `tags` omits default tags unless the state had them there. */
function tagState(context: ProviderContext, state: State, remote: Tags): State {
  const tags = Object.fromEntries(
    Object.entries(remote).filter(
      ([key, value]) => context.defaultTags[key] !== value || state.tags?.[key] === value,
    ),
  );
  const absent = Object.keys(tags).length === 0 && !state.tags;
  return { tags: absent ? null : tags, tags_all: remote };
}

/** Changes the tags of an object from the prior ones to the planned ones. */
export async function updateTags(
  { tagging }: ResourceType,
  context: ProviderContext,
  prior: State,
  planned: State,
): Promise<void> {
  if (!tagging) return;
  const old: Tags = prior.tags_all ?? {};
  const fresh: Tags = planned.tags_all ?? {};
  const gone = Object.keys(old).filter((key) => !(key in fresh));
  const changed = Object.fromEntries(Object.entries(fresh).filter(([key, value]) => old[key] !== value));
  if (gone.length > 0) await tagging.untag(context, planned, gone);
  if (Object.keys(changed).length > 0) await tagging.tag(context, planned, changed);
}
