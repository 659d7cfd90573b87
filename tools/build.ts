/**
 * `npm run build`: builds the function's zip, the `byodkim` command, the app, and the sandbox's runner of functions; or the
 * files that the arguments name.
 */

import { PROJECT_ROOT } from '../constructs/built-handler';
import { buildProgram, PROGRAMS } from './build/programs';

/** Builds the files that are stale, and returns those that were made. */
export async function buildAll(only: readonly string[] = []): Promise<string[]> {
  const programs = Object.values(PROGRAMS).filter(({ file }) => only.length === 0 || only.includes(file));
  const made = await Promise.all(programs.map((program) => buildProgram(PROJECT_ROOT, program)));
  return programs.filter((_, index) => made[index]).map(({ file }) => file);
}

if (require.main === module) {
  buildAll(process.argv.slice(2)).then(
    // Prints to standard error, since standard output belongs to the command that needs the build.
    (made) => made.length > 0 && console.error(`Built ${made.join(', ')}`),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
