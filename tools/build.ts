/** `npm run build`: the function's zip, the `byodkim` command, and what the sandbox runs functions with. */

import { HANDLER_ZIP, PROJECT_ROOT } from '../constructs/built-handler';
import { buildHandler, HANDLER_BUNDLE } from './build/handler';
import { buildProgram, PROGRAMS } from './build/programs';

/** Builds what is stale. Returns the files that were made. */
export async function buildAll(root: string = PROJECT_ROOT): Promise<string[]> {
  const programs = Object.values(PROGRAMS);
  const [handler, ...made] = await Promise.all([
    buildHandler(root),
    ...programs.map((program) => buildProgram(root, program)),
  ]);
  return [
    ...(handler ? [HANDLER_BUNDLE, HANDLER_ZIP] : []),
    ...programs.filter((_, index) => made[index]).map((program) => program.file),
  ];
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
