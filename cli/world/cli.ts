import type { Output } from './output';
import type { CliWorld } from './world';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  /** A file; false with `--no-list`. */
  readonly list?: string | false;
  readonly function?: string;
  readonly region?: string;
}

/** Options of a command about one domain. */
export interface DomainOptions extends GlobalOptions {
  readonly selector?: string;
  /** The key file; without one, the function is asked. */
  readonly keyFile?: string;
  readonly yes?: boolean;
}

/** Everything that a command works with. */
export interface Cli {
  readonly world: CliWorld;
  readonly out: Output;
}
