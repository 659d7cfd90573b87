import { rmSync } from 'node:fs';

/** Jest's global tear-down: the keys of the tests go with them. */
export default function leaveNothing(): void {
  if (process.env.BYODKIM_TEST_KEYS) rmSync(process.env.BYODKIM_TEST_KEYS, { recursive: true, force: true });
}
