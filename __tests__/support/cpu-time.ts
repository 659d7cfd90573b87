/** Milliseconds of processor time that this process spent: what else the machine does meanwhile does not count. */
export const cpuMsOf = (run: () => void): number => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
