/** What a bench measured: a table, the conditions, and what was too slow or wrong. */
export interface Measured {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly note?: string;
  readonly failures?: readonly string[];
}

/**
 * Measures, and returns its tables.
 * @param smallest as little as shows that it runs: what CI asks for
 * @param options of the command line, behind the bench's name
 */
export type Bench = (smallest: boolean, options: readonly string[]) => Promise<readonly Measured[]>;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;

export const milliseconds = (ms: number): string =>
  ms < 100 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
