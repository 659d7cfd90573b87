import type { ExitCode } from '../exit-codes';

/** The error of one entry or region as data, which does not stop the others. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly facts: unknown;
  /** Advice, with `<domain>` in place of the domain. */
  readonly advice: string | undefined;
  readonly exitCode: ExitCode;
}
