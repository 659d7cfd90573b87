import { hedged, Tasks } from '../../../handlers/dns/tasks';

const GRACE_MS = 40;
const never = (): Promise<void> => new Promise(() => {});
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const elapsed = async (tasks: Tasks): Promise<number> => {
  const began = performance.now();
  await tasks.finished();
  return performance.now() - began;
};

const later =
  <T>(ms: number, value: T) =>
  () =>
    new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

describe('work that begets work', () => {
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
});

describe('one attempt after another', () => {
  test('the first success decides, and nothing else is tried', async () => {
    const tried: string[] = [];
    const attempt = (name: string) => async () => {
      tried.push(name);
      return name;
    };
    expect(await hedged([attempt('a'), attempt('b')], 1000)).toBe('a');
    expect(tried).toEqual(['a']);
  });

  test('a failure begins the next at once', async () => {
    const began = performance.now();
    expect(await hedged([async () => undefined, async () => 'b'], 10_000)).toBe('b');
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('an attempt that takes long is overtaken, and told so', async () => {
    const overtaken: number[] = [];
    expect(
      await hedged([later(5_000, 'slow'), later(1, 'quick')], 20, (index) => overtaken.push(index)),
    ).toBe('quick');
    expect(overtaken).toEqual([0]);
  });

  test('an attempt that was overtaken may still be the first', async () => {
    expect(await hedged([later(40, 'a'), later(500, 'b')], 10)).toBe('a');
  });

  test('fails when all have failed, and when there are none', async () => {
    expect(await hedged([later(30, undefined), async () => undefined], 10)).toBeUndefined();
    expect(await hedged([], 10)).toBeUndefined();
  });
});
