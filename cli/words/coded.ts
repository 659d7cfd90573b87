import type { ExitCode } from '../exit-codes';

/** A code with its facts from a table, as data. */
export type Coded<Facts, Code extends keyof Facts = keyof Facts> = {
  readonly [Each in Code]: { readonly code: Each; readonly facts: Facts[Each] };
}[Code];

/** The error of one entry or region as data, which does not stop the others. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly facts: unknown;
  /** Advice, with `<domain>` in place of the domain. */
  readonly advice: string | undefined;
  readonly exitCode: ExitCode;
}
