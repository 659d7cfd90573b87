import { createClock } from '../../contract/clock';

describe('the clock', () => {
  /** Real time stands still, so that only advances count. */
  const start = 1_000_000;
  const clock = () => createClock(() => start);

  it('runs due timers, each at its own time and in order, before it returns', async () => {
    const { advance, schedule, now } = clock();
    const ran: [string, number][] = [];
    schedule(start + 200, async () => {
      await new Promise(setImmediate);
      ran.push(['second', now() - start]);
    });
    schedule(start + 100, () => void ran.push(['first', now() - start]));
    schedule(start + 999, () => void ran.push(['never', now() - start]));

    await advance(500);

    expect(ran).toEqual([
      ['first', 100],
      ['second', 200],
    ]);
    expect(now()).toBe(start + 500);
  });

  it('waits for timers that are already running before it moves on', async () => {
    const { advance, schedule, now, stop } = clock();
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      schedule(start, async () => {
        resolve();
        await ended;
      });
    });
    await new Promise(setImmediate);
    await begun;

    const advanced = advance(500);
    await new Promise(setImmediate);
    expect(now()).toBe(start);
    end();
    await advanced;

    expect(now()).toBe(start + 500);
    stop();
  });

  it('runs timers as real time passes, too', async () => {
    const { schedule, now, stop } = createClock();
    await new Promise<void>((resolve) => {
      // The clock's own timer does not keep the process alive.
      const keepAlive = setInterval(() => {}, 1000);
      schedule(now() + 10, () => {
        clearInterval(keepAlive);
        resolve();
      });
    });
    stop();
  });
});
