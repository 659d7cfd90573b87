import type { SandboxCore } from '../core';
import type { ResourceTags, Tag } from '../resource-tags';
import { AwsError, type CallContext, type Operation } from '../service';

export interface ScheduleGroup {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly clientToken?: string;
  readonly tags: ResourceTags;
}

/** Schedule groups, by ARN. `default` is always there. */
export class ScheduleGroups {
  private readonly groups = new Map<string, ScheduleGroup>();

  constructor(private readonly core: Pick<SandboxCore, 'accountId' | 'resourceTags'>) {}

  arn(region: string, name: string): string {
    return `arn:aws:scheduler:${region}:${this.core.accountId}:schedule-group/${name}`;
  }

  find(arn: string): ScheduleGroup | undefined {
    const found = this.groups.get(arn);
    if (found || !arn.endsWith(':schedule-group/default')) return found;
    return { arn, name: 'default', createdAt: 0, modifiedAt: 0, tags: this.core.resourceTags() };
  }

  /** @throws AwsError ResourceNotFoundException */
  get(arn: string): ScheduleGroup {
    const found = this.find(arn);
    if (found) return found;
    throw new AwsError(
      'ResourceNotFoundException',
      `Schedule group ${arn.split('/').at(-1)} does not exist.`,
      404,
    );
  }

  put(group: ScheduleGroup): void {
    this.groups.set(group.arn, group);
  }

  remove(arn: string): void {
    this.groups.delete(arn);
  }

  newTags(given: readonly Tag[]): ResourceTags {
    return this.core.resourceTags(given);
  }

  ofRegion(region: string): ScheduleGroup[] {
    const own = [...this.groups.values()].filter(({ arn }) => arn.split(':')[3] === region);
    return [this.get(this.arn(region, 'default')), ...own.filter(({ name }) => name !== 'default')];
  }
}

/**
 * @param removeSchedules called when a group is deleted: its schedules go with it
 */
export function groupOperations(
  groups: ScheduleGroups,
  removeSchedules: (groupArn: string) => void,
): Record<string, Operation> {
  const byName = (input: any, { region }: CallContext): string => groups.arn(region, input.Name ?? '*');
  const byArn = (input: any): string => input.ResourceArn;
  const operation = (
    action: string,
    resource: Operation['resource'],
    run: (input: any, context: CallContext) => unknown,
  ): Operation => ({
    action: `scheduler:${action}`,
    resource,
    resourceTags: (input, context) => groups.find(resource(input, context))?.tags.arrived ?? {},
    run,
  });
  return {
    CreateScheduleGroup: operation('CreateScheduleGroup', byName, (input, context) => {
      const { Name, ClientToken, Tags = [] } = input;
      const arn = byName(input, context);
      const existing = groups.find(arn);
      if (existing && !(ClientToken && existing.clientToken === ClientToken)) {
        throw new AwsError('ConflictException', `Schedule group ${Name} already exists.`, 409);
      }
      const now = context.clock.now();
      if (!existing) {
        groups.put({
          arn,
          name: Name,
          createdAt: now,
          modifiedAt: now,
          clientToken: ClientToken,
          tags: groups.newTags(Tags),
        });
      }
      return { ScheduleGroupArn: arn };
    }),
    GetScheduleGroup: operation('GetScheduleGroup', byName, (input, context) =>
      described(groups.get(byName(input, context))),
    ),
    DeleteScheduleGroup: operation('DeleteScheduleGroup', byName, (input, context) => {
      const { arn, name } = groups.get(byName(input, context));
      if (name === 'default') {
        throw new AwsError('ValidationException', 'The default schedule group cannot be deleted.');
      }
      removeSchedules(arn);
      groups.remove(arn);
      return {};
    }),
    ListScheduleGroups: operation('ListScheduleGroups', byName, ({ NamePrefix = '' }, { region }) => ({
      ScheduleGroups: groups
        .ofRegion(region)
        .filter(({ name }) => name.startsWith(NamePrefix))
        .map(described),
    })),
    TagResource: operation('TagResource', byArn, ({ ResourceArn, Tags }) => {
      groups.get(ResourceArn).tags.put(Tags);
      return {};
    }),
    UntagResource: operation('UntagResource', byArn, ({ ResourceArn, TagKeys }) => {
      groups.get(ResourceArn).tags.remove(TagKeys);
      return {};
    }),
    ListTagsForResource: operation('ListTagsForResource', byArn, ({ ResourceArn }) => ({
      Tags: groups.get(ResourceArn).tags.list,
    })),
  };
}

const described = (group: ScheduleGroup) => ({
  Arn: group.arn,
  Name: group.name,
  State: 'ACTIVE',
  CreationDate: new Date(group.createdAt),
  LastModificationDate: new Date(group.modifiedAt),
});
