import type { ControlCaution, ControlHarm } from '../../handlers/contract/settings/consequence';
import type { LISTED_ALLOWANCES } from '../../handlers/contract/settings/settings';
import type { Coded } from './coded';

/** One setting that has changed. `undefined`: the default. */
export interface ChangedSetting {
  /** Dotted, e.g. `gate.waitSeconds`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Further settings that an invoker of the function may use (`control.allow`). */
export type Allowance = keyof typeof LISTED_ALLOWANCES;

/** Harms that the verdict on a list describes completely. */
type InVerdict = 'KEYS_UNPROTECTED' | 'TOPIC_REMOVED' | 'SUBSCRIBERS_REMOVED';

/** Consequences of a changed setting of the list, by code. */
export type ConsequenceFacts = {
  readonly [Code in
    | Exclude<ControlCaution, 'ALLOWANCE'>
    | Exclude<ControlHarm, InVerdict>
    | 'GATE_MINIMUM']: Record<never, never>;
} & {
  readonly ALLOWANCE: {
    readonly name: Allowance;
    readonly isWider: boolean;
    readonly isNarrower: boolean;
  };
};

export type Consequence = Coded<ConsequenceFacts>;
