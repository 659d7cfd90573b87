import type { SandboxClock } from './service';

interface Timer {
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

/** Longest delay that `setTimeout` takes. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export interface SimulatedClock extends SandboxClock {
  /**
   * Moves time forward. Timers that become due on the way run at their own time, in order. Resolves when they and the
   * subscribers have finished.
   */
  advance(ms: number): Promise<void>;
  /** Calls the subscriber after every advance. Returns the function that ends the subscription. */
  subscribe(listener: (now: number) => void | Promise<void>): () => void;
  /**
   * Runs once at that time (ms since the epoch), whether time passes by itself or is advanced. Returns the function
   * that cancels it.
   */
  schedule(at: number, run: () => void | Promise<void>): () => void;
  /** Cancels every timer. */
  stop(): void;
}

/** Makes a clock that adds the tests' advances to real time, with timers that follow it. */
export function createClock(realNow: () => number = Date.now): SimulatedClock {
  let offsetMs = 0;
  let alarm: NodeJS.Timeout | undefined;
  const timers = new Set<Timer>();
  const listeners = new Set<(now: number) => void | Promise<void>>();
  const now = () => realNow() + offsetMs;

  const earliest = () =>
    [...timers].reduce<Timer | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);

  const running = new Set<Promise<unknown>>();

  /** Removes the timers that are due and runs them. Timers of one instant run concurrently, as in reality. */
  const runDue = async () => {
    const due = [...timers].filter((timer) => timer.at <= now()).sort((a, b) => a.at - b.at);
    for (const timer of due) timers.delete(timer);
    const run = Promise.all(due.map(async (timer) => timer.run()));
    running.add(run);
    await run.finally(() => running.delete(run));
  };
  /** Never shortens a running timer, whose work would then run hours late. */
  const othersHaveRun = async () => {
    while (running.size > 0) await Promise.allSettled(running);
  };

  const setAlarm = () => {
    clearTimeout(alarm);
    const next = earliest();
    if (!next) return;
    const delayMs = Math.min(Math.max(next.at - now(), 0), LONGEST_TIMEOUT_MS);
    alarm = setTimeout(() => void runDue().finally(setAlarm), delayMs);
    alarm.unref();
  };

  return {
    now,
    async advance(ms) {
      await othersHaveRun();
      const target = now() + ms;
      for (let next = earliest(); next && next.at <= target; next = earliest()) {
        offsetMs += Math.max(0, next.at - now());
        await runDue();
        await othersHaveRun();
      }
      offsetMs += Math.max(0, target - now());
      setAlarm();
      for (const listener of [...listeners]) await listener(now());
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    schedule(at, run) {
      const timer: Timer = { at, run };
      timers.add(timer);
      setAlarm();
      return () => {
        timers.delete(timer);
        setAlarm();
      };
    },
    stop() {
      timers.clear();
      clearTimeout(alarm);
    },
  };
}
