import { schedules } from './simulation/schedule';
import { searchTest } from './simulation/search';
import { simulate } from './simulation/simulation';

searchTest('in any order of calls, and whatever is lost, SES ends as wanted or as before', {
  schedules: schedules(),
  simulate,
  runs: { long: 100_000, ci: 15_000 },
  minutes: 40,
});
