import { type Schedule, schedules } from './schedule';
import type { Search } from './search';
import { simulate } from './simulation';
import { SHARED_AWAITED, type SharedSchedule, sharedSchedules, simulateShared } from './two-regions';

/** A domain in one region. */
export const ONE_REGION: Search<Schedule> = { schedules: schedules(), simulate };

/** A domain in two regions that share a record. */
export const TWO_REGIONS: Search<SharedSchedule> = {
  schedules: sharedSchedules(),
  simulate: simulateShared,
  awaited: SHARED_AWAITED,
};
