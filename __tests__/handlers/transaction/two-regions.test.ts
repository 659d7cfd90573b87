import { searchTest } from './simulation/search-test';
import { TWO_REGIONS } from './simulation/searches';

searchTest(
  'a record that two regions share stays as long as either needs it, and each ends as if alone',
  TWO_REGIONS,
  { runs: { long: 20_000, ci: 3_000 }, minutes: 20 },
);
