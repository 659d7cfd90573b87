/** `npm run build`: the function's zip, the `byodkim` command, and what the sandbox runs functions with. */

import { PROJECT_ROOT } from '../constructs/built-handler';
import { buildProgram, PROGRAMS } from './build/programs';

/** Builds what is stale. Returns the files that were made. */
export async function buildAll(): Promise<string[]> {
  const programs = Object.values(PROGRAMS);
  const made = await Promise.all(programs.map((program) => buildProgram(PROJECT_ROOT, program)));
  return programs.filter((_, index) => made[index]).map(({ file }) => file);
}

if (require.main === module) {
  buildAll().then(
    // What is printed on standard output is the command's that was built for.
    (made) => made.length > 0 && console.error(`Built ${made.join(', ')}`),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
