import { buildAll } from '../../scripts/build';
import { PROJECT_ROOT } from '../../scripts/build/manifest';
import { buildProgram, PROGRAMS } from '../../scripts/build/programs';

/** Jest's global set-up: the tests run the deployed zip and the built programs, so they must not be stale. */
export default async function buildOnce(): Promise<void> {
  try {
    await buildAll();
  } catch (error) {
    console.warn(`\nThe build failed, so tests that need it will fail: ${(error as Error).message}`);
    await buildProgram(PROJECT_ROOT, PROGRAMS.lambdaRunner);
  }
}
