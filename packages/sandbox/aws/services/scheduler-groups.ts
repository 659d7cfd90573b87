import type { SandboxCore } from '../../contract/core';
import { type Common, operationsOf } from '../../contract/operations';
import type { ResourceTags } from '../../contract/resource-tags';
import { AwsError, type CallContext, type Operation } from '../../contract/service';
import { tagOperations } from './tagging';

export interface ScheduleGroup {
  readonly Arn: string;
  readonly Name: string;
  readonly State: 'ACTIVE';
  readonly CreationDate: Date;
  readonly LastModificationDate: Date;
  readonly clientToken?: string;
  readonly tags: ResourceTags;
}

/** Keeps schedule groups by ARN. `default` always exists. */
export class ScheduleGroups {
  readonly made = new Map<string, ScheduleGroup>();

  constructor(private readonly core: Pick<SandboxCore, 'accountId' | 'resourceTags'>) {}

  arn(region: string, name: string): string {
    return `arn:aws:scheduler:${region}:${this.core.accountId}:schedule-group/${name}`;
  }

  find(arn: string): ScheduleGroup | undefined {
    const found = this.made.get(arn);
    if (found || !arn.endsWith(':schedule-group/default')) return found;
    return newGroup(arn, 0, this.core.resourceTags());
  }

  /** @throws AwsError ResourceNotFoundException */
  get(arn: string): ScheduleGroup {
    const found = this.find(arn);
    if (found) return found;
    throw notThere(arn);
  }

  ofRegion(region: string): ScheduleGroup[] {
    const own = [...this.made.values()].filter(({ Arn }) => Arn.split(':')[3] === region);
    return [this.get(this.arn(region, 'default')), ...own.filter(({ Name }) => Name !== 'default')];
  }
}

/** @param removeSchedules called when a group is deleted, since its schedules are deleted with it */
export function groupOperations(
  groups: ScheduleGroups,
  newTags: SandboxCore['resourceTags'],
  removeSchedules: (groupArn: string) => void,
): Record<string, Operation> {
  const byName = (input: any, { region }: CallContext): string => groups.arn(region, input.Name ?? '*');
  const common: Common = {
    resource: byName,
    resourceTags: (input, context) => groups.find(byName(input, context))?.tags.arrived ?? {},
  };
  return operationsOf('scheduler', common, {
    CreateScheduleGroup(input, context) {
      const { Name, ClientToken, Tags = [] } = input;
      const arn = byName(input, context);
      const existing = groups.find(arn);
      if (existing && !(ClientToken && existing.clientToken === ClientToken)) {
        throw new AwsError('ConflictException', `Schedule group ${Name} already exists.`, 409);
      }
      if (!existing) {
        const group = newGroup(arn, context.clock.now(), newTags(Tags));
        groups.made.set(arn, { ...group, clientToken: ClientToken });
      }
      return { ScheduleGroupArn: arn };
    },
    GetScheduleGroup: (input, context) => described(groups.get(byName(input, context))),
    DeleteScheduleGroup(input, context) {
      const { Arn, Name } = groups.get(byName(input, context));
      if (Name === 'default') {
        throw new AwsError('ValidationException', 'The default schedule group cannot be deleted.');
      }
      removeSchedules(Arn);
      groups.made.delete(Arn);
    },
    ListScheduleGroups: ({ NamePrefix = '' }, { region }) => ({
      ScheduleGroups: groups
        .ofRegion(region)
        .filter(({ Name }) => Name.startsWith(NamePrefix))
        .map(described),
    }),
    ...tagOperations({ service: 'scheduler', find: (arn) => groups.find(arn)?.tags, missing: notThere }),
  });
}

const newGroup = (Arn: string, now: number, tags: ResourceTags): ScheduleGroup => ({
  Arn,
  Name: Arn.split('/').at(-1)!,
  State: 'ACTIVE',
  CreationDate: new Date(now),
  LastModificationDate: new Date(now),
  tags,
});

const described = ({ tags: _, clientToken: __, ...shown }: ScheduleGroup) => shown;

const notThere = (arn: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Schedule group ${arn.split('/').at(-1)} does not exist.`, 404);
