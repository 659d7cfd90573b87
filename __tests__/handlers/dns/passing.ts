/** Lets the time pass that it takes; for fake timers. */
export const passing = async <T>(work: Promise<T>): Promise<{ result: T; ms: number }> => {
  const began = performance.now();
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  ended.catch(() => {});
  while (!isOver) await jest.advanceTimersByTimeAsync(1);
  return { result: await ended, ms: performance.now() - began };
};
