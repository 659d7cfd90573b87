import { SOMETIMES_SHARED } from './simulation/counters';
import { searchTest } from './simulation/search';
import { sharedSchedules, simulateShared } from './simulation/two-regions';

searchTest('a record that two regions share stays as long as either needs it, and each ends as if alone', {
  schedules: sharedSchedules(),
  simulate: simulateShared,
  runs: { long: 20_000, ci: 3_000 },
  minutes: 20,
  awaited: SOMETIMES_SHARED,
});
