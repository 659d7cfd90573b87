/** `npm run build`: builds the function's zip, the `byodkim` command, and the sandbox's runner of functions. */

import { PROJECT_ROOT } from '../constructs/built-handler';
import { buildProgram, PROGRAMS } from './build/programs';

/** Builds the files that are stale, and returns those that were made. */
export async function buildAll(): Promise<string[]> {
  const programs = Object.values(PROGRAMS);
  const made = await Promise.all(programs.map((program) => buildProgram(PROJECT_ROOT, program)));
  return programs.filter((_, index) => made[index]).map(({ file }) => file);
}

if (require.main === module) {
  buildAll().then(
    // Prints to standard error, since standard output belongs to the command that needs the build.
    (made) => made.length > 0 && console.error(`Built ${made.join(', ')}`),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
