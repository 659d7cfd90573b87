import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { forgetSurroundings } from '../../packages/terraform/practice/surroundings';
import { buildAll } from '../../tools/build';

/** Jest's global set-up: the tests run the deployed zip and the built programs, so they must not be stale. */
export default async function buildOnce(): Promise<void> {
  forgetSurroundings();
  process.env.BYODKIM_TEST_KEYS = mkdtempSync(path.join(tmpdir(), 'byodkim-test-keys-'));
  // An engine's run ends before it has need of a garbage collection.
  Object.assign(process.env, { GOGC: 'off', GOMEMLIMIT: '500MiB' });
  await buildAll();
}
