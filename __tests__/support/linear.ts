/** What a measurement of next to nothing may be off by. */
const NOISE_MS = 30;

/**
 * Checks that four times the length takes about four times the processor time: sixteen times would be quadratic. What else
 * the machine does meanwhile does not count, nor how fast it is.
 * @param run works on an input of that length
 */
export function expectLinear(run: (length: number) => void, length: number): void {
  const [short, long] = [length / 4, length].map((size) =>
    Math.min(...[1, 2, 3].map(() => cpuMsOf(() => run(size)))),
  ) as [number, number];
  expect(long).toBeLessThan(8 * short + NOISE_MS);
}

/** Milliseconds of processor time that this process spent. */
function cpuMsOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
