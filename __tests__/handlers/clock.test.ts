import timers from 'node:timers/promises';
import { systemClock } from '../../handlers/clock';

describe('a limit of a call', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('lasts as long as it says where sleeps are shortened, as in the sandbox', async () => {
    jest.spyOn(timers, 'setTimeout').mockResolvedValue(undefined);
    let isOver = false;
    const over = systemClock.limit(15_000, new AbortController().signal).then(() => {
      isOver = true;
    });
    await systemClock.sleep(60_000);
    await jest.advanceTimersByTimeAsync(14_999);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await over;
  });

  it('ends with the call', async () => {
    const called = new AbortController();
    const over = systemClock.limit(15_000, called.signal);
    called.abort('answered');
    await expect(over).rejects.toBe('answered');
    expect(jest.getTimerCount()).toBe(0);
  });
});
