/**
 * Runs attempts one after another: the next begins when one has failed, or after `hedgeMs`. An attempt fails by resolving
 * to undefined, and must not reject.
 *
 * @returns the first success, or undefined when all have failed
 */
export const hedged = <T>(
  attempts: readonly (() => Promise<T | undefined>)[],
  hedgeMs: number,
  /** Receives each attempt that takes longer than `hedgeMs`. */
  onOvertaken: (index: number) => void = () => {},
): Promise<T | undefined> =>
  new Promise((resolve) => {
    let begun = 0;
    let failed = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: T | undefined): void => {
      clearTimeout(timer);
      begun = attempts.length;
      resolve(result);
    };
    const begin = (): void => {
      clearTimeout(timer);
      const index = begun;
      const attempt = attempts[index];
      if (!attempt) return;
      begun += 1;
      timer = setTimeout(() => {
        onOvertaken(index);
        begin();
      }, hedgeMs);
      attempt().then((result) => {
        if (result !== undefined) return finish(result);
        failed += 1;
        if (failed === attempts.length) finish(undefined);
        else begin();
      });
    };
    if (attempts.length === 0) finish(undefined);
    else begin();
  });
