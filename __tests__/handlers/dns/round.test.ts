import { Tasks } from '../../../handlers/dns/round';
import { passing } from './passing';

const GRACE_MS = 40;
const never = (): Promise<void> => new Promise(() => {});
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const tasksWith = (graceMs: number): Tasks => new Tasks(() => graceMs, graceMs);

const elapsed = async (tasks: Tasks): Promise<number> => (await passing(tasks.finished())).ms;

describe('work that begets work', () => {
  test('ends when all is done, work that work has begotten included', async () => {
    const tasks = tasksWith(GRACE_MS);
    const done: string[] = [];
    tasks.run(true, async () => {
      await after(5);
      tasks.run(true, async () => {
        await after(5);
        done.push('child');
      });
      done.push('parent');
    });
    await elapsed(tasks);
    expect(done).toEqual(['parent', 'child']);
  });

  test('waits for what is not essential only for the grace', async () => {
    const tasks = tasksWith(GRACE_MS);
    tasks.run(true, async () => {});
    tasks.run(false, never);
    const ms = await elapsed(tasks);
    expect(ms).toBeGreaterThanOrEqual(GRACE_MS);
    expect(ms).toBeLessThanOrEqual(GRACE_MS + 1);
  });

  test('does not use up the grace when there is nothing to wait for', async () => {
    const tasks = tasksWith(10_000);
    tasks.run(true, async () => {});
    tasks.run(false, () => after(5));
    expect(await elapsed(tasks)).toBeLessThanOrEqual(5);
  });

  test('waits for what optional work has found to be essential', async () => {
    const tasks = tasksWith(GRACE_MS);
    let found = false;
    tasks.run(false, async () => {
      tasks.run(true, async () => {
        await after(3 * GRACE_MS);
        found = true;
      });
    });
    await elapsed(tasks);
    expect(found).toBe(true);
  });

  test('stops waiting for what was demoted, and waits again for what was promoted', async () => {
    const demoted = tasksWith(GRACE_MS);
    demoted.run(true, never).demote();
    await elapsed(demoted);

    const promoted = tasksWith(GRACE_MS);
    let done = false;
    const task = promoted.run(false, async () => {
      await after(3 * GRACE_MS);
      done = true;
    });
    promoted.run(true, async () => task.promote());
    await elapsed(promoted);
    expect(done).toBe(true);
  });

  test('does not wait for what was abandoned, not even for the grace', async () => {
    const tasks = tasksWith(10_000);
    tasks.run(false, never).abandon();
    tasks.run(true, async () => {});
    expect(await elapsed(tasks)).toBeLessThanOrEqual(5);
  });

  test('ends when it is stopped', async () => {
    const tasks = tasksWith(GRACE_MS);
    tasks.run(true, never);
    tasks.stop();
    await elapsed(tasks);
  });

  test('fails with what a task failed with', async () => {
    const tasks = tasksWith(GRACE_MS);
    tasks.run(true, async () => {
      throw new Error('a defect');
    });
    await expect(elapsed(tasks)).rejects.toThrow('a defect');
  });
});
