import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Schedule } from './simulation/schedule';
import { simulate } from './simulation/simulation';
import { KeptTurns, type Turn } from './simulation/turns';
import { type SharedSchedule, simulateShared } from './simulation/two-regions';

/** A counterexample that the search has found, with who went on when: judged anew by the rules of today. */
interface Kept {
  readonly schedule: Schedule | SharedSchedule;
  readonly turns: readonly Turn[];
}

const FOLDER = path.join(__dirname, 'simulation', 'kept');
const read = (file: string): Kept => JSON.parse(readFileSync(file, 'utf8'));
/** `npm run replay` names another one. */
const given = process.env.BYODKIM_SCHEDULE;
const files = given === undefined ? readdirSync(FOLDER).map((name) => path.join(FOLDER, name)) : [given];

test.each(files.filter((file) => file.endsWith('.json')).map((file) => [path.basename(file, '.json'), file]))(
  'the schedule %s ends as wanted or in the prior state',
  async (_, file) => {
    const { schedule, turns } = read(file);
    const kept = new KeptTurns(turns);
    await ('home' in schedule ? simulateShared(schedule, kept) : simulate(schedule, kept));
  },
);
