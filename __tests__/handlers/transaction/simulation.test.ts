import { searchTest } from './simulation/search-test';
import { ONE_REGION } from './simulation/searches';

searchTest('in any order of calls, and whatever is lost, SES ends as wanted or as before', ONE_REGION, {
  runs: { long: 100_000, ci: 15_000 },
  minutes: 40,
});
