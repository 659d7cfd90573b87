import { Tasks } from '../../../handlers/dns/round';

const GRACE_MS = 40;
const never = (): Promise<void> => new Promise(() => {});
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const elapsed = async (tasks: Tasks): Promise<number> => {
  const began = performance.now();
  await tasks.finished();
  return performance.now() - began;
};

test('ends when all is done, work that work has begotten included', async () => {
  const tasks = new Tasks(() => GRACE_MS);
  const done: string[] = [];
  tasks.run(true, async () => {
    await after(5);
    tasks.run(true, async () => {
      await after(5);
      done.push('child');
    });
    done.push('parent');
  });
  await tasks.finished();
  expect(done).toEqual(['parent', 'child']);
});

test('waits for what is not essential only for the grace', async () => {
  const tasks = new Tasks(() => GRACE_MS);
  tasks.run(true, async () => {});
  tasks.run(false, never);
  expect(await elapsed(tasks)).toBeGreaterThanOrEqual(GRACE_MS - 5);
});

test('does not use up the grace when there is nothing to wait for', async () => {
  const tasks = new Tasks(() => 10_000);
  tasks.run(true, async () => {});
  tasks.run(false, () => after(5));
  expect(await elapsed(tasks)).toBeLessThan(5_000);
});

test('waits for what optional work has found to be essential', async () => {
  const tasks = new Tasks(() => GRACE_MS);
  let found = false;
  tasks.run(false, async () => {
    tasks.run(true, async () => {
      await after(3 * GRACE_MS);
      found = true;
    });
  });
  await tasks.finished();
  expect(found).toBe(true);
});

test('stops waiting for what was demoted, and waits again for what was promoted', async () => {
  const demoted = new Tasks(() => GRACE_MS);
  demoted.run(true, never).demote();
  await demoted.finished();

  const promoted = new Tasks(() => GRACE_MS);
  let done = false;
  const task = promoted.run(false, async () => {
    await after(3 * GRACE_MS);
    done = true;
  });
  promoted.run(true, async () => task.promote());
  await promoted.finished();
  expect(done).toBe(true);
});

test('does not wait for what was abandoned, not even for the grace', async () => {
  const tasks = new Tasks(() => 10_000);
  tasks.run(false, never).abandon();
  tasks.run(true, async () => {});
  expect(await elapsed(tasks)).toBeLessThan(5_000);
});

test('ends when it is stopped', async () => {
  const tasks = new Tasks(() => GRACE_MS);
  tasks.run(true, never);
  tasks.stop();
  await tasks.finished();
});

test('fails with what a task failed with', async () => {
  const tasks = new Tasks(() => GRACE_MS);
  tasks.run(true, async () => {
    throw new Error('a defect');
  });
  await expect(tasks.finished()).rejects.toThrow('a defect');
});
