import { buildAll } from '../../scripts/build';

/** Jest's global set-up: the tests run the deployed zip and the built programs, so they must not be stale. */
export default async function buildOnce(): Promise<void> {
  await buildAll();
}
