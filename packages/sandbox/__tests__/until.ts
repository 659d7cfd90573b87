import { setTimeout as sleep } from 'node:timers/promises';

const TRIES = 3_000;

/** Waits for something that another process, or a socket, does; gives up after so many tries. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    if (tries === TRIES) throw new Error(`this never came true: ${condition}`);
    await sleep(10);
  }
}
