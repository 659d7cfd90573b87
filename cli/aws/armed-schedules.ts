import { awsFailure } from './aws-failure';

/** Schedules of the audit and of drills: nothing is rolled back by them. */
const HARMLESS = /-audit$|^byodkim-(?:audit|drill)-/;

/** Lists the armed reverts of a schedule group; none where the group is gone. */
export async function armedSchedules(group: string, region: string): Promise<string[]> {
  const { paginateListSchedules, SchedulerClient } = await import('@aws-sdk/client-scheduler');
  const names: string[] = [];
  try {
    const pages = paginateListSchedules({ client: new SchedulerClient({ region }) }, { GroupName: group });
    for await (const { Schedules = [] } of pages) names.push(...Schedules.map(({ Name = '' }) => Name));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return [];
    throw awsFailure(error, {
      action: 'scheduler:ListSchedules',
      resource: `the schedules of ${group} in ${region}`,
    });
  }
  return names.filter((name) => !HARMLESS.test(name));
}
