import { SOMETIMES_SHARED } from './counters';
import { type Schedule, schedules } from './schedule';
import type { Search } from './search';
import { simulate } from './simulation';
import { type SharedSchedule, sharedSchedules, simulateShared } from './two-regions';

/** A domain in one region. */
export const ONE_REGION: Search<Schedule> = { schedules: schedules(), simulate };

/** A domain in two regions that share a record. */
export const TWO_REGIONS: Search<SharedSchedule> = {
  schedules: sharedSchedules(),
  simulate: simulateShared,
  awaited: SOMETIMES_SHARED,
};
