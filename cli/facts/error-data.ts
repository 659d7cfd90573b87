import type { ExitCode } from './exit-codes';

/** An error as data: of one entry or region, which does not stop the others. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly facts: unknown;
  /** What to do, with `<domain>` for the domain. */
  readonly advice: string | undefined;
  readonly exitCode: ExitCode;
}
