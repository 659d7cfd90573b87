/** Configures how the simulated Lambda runs functions. Tests may change it while the sandbox is running. */
export interface LambdaOptions {
  /**
   * `real`: a sleep of the function (`timers/promises`) lasts as long as it says. With a factor f, a sleep of n
   * milliseconds lasts n·f, and the function's own clock advances by the full n.
   * @default real
   */
  readonly sleep?: 'real' | { readonly factor: number };
  /**
   * Multiplies the function's timeout. Lambda's log and errors keep the configured value.
   * @default 1
   */
  readonly timeoutScale?: number;
  /** Execution environments that are kept warm per function. @default 4 */
  readonly maxIdleEnvironments?: number;
}

export const LAMBDA_DEFAULTS: Required<LambdaOptions> = {
  sleep: 'real',
  timeoutScale: 1,
  maxIdleEnvironments: 4,
};

export const sleepFactor = ({ sleep }: Required<LambdaOptions>): number =>
  sleep === 'real' ? 1 : sleep.factor;
