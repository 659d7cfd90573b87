import type { Coded } from './coded';

/** One setting that has changed. `undefined`: the default. */
export interface ChangedSetting {
  /** Dotted, e.g. `gate.waitSeconds`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Returns the items that were added to a list. */
export const added = (before: unknown, after: unknown): readonly unknown[] =>
  Array.isArray(after) ? after.filter((each) => !Array.isArray(before) || !before.includes(each)) : [];

/** Further settings that an invoker of the function may use (`control.allow`). */
export type Allowance = 'servers' | 'recursive' | 'irreversible';

/** Consequences of a changed setting of the list, by code. */
export interface ConsequenceFacts {
  readonly STATE_MOVES: Record<never, never>;
  readonly KEYS_MOVE: Record<never, never>;
  readonly GATE_MINIMUM: Record<never, never>;
  readonly READERS_ADDED: Record<never, never>;
  readonly WRITERS_ADDED: Record<never, never>;
  readonly KEYS_READ_ELSEWHERE: Record<never, never>;
  readonly TOPIC_OF_OTHERS: Record<never, never>;
  readonly AUDIT_MOVES: Record<never, never>;
  readonly LOGS_SHORTER: Record<never, never>;
  readonly CONTACT: Record<never, never>;
  readonly ACCOUNTS: Record<never, never>;
  readonly KMS_KEY: Record<never, never>;
  readonly ROLE: Record<never, never>;
  readonly ALLOWANCE: {
    readonly name: Allowance;
    readonly isWider: boolean;
    readonly isNarrower: boolean;
  };
}

export type Consequence = Coded<ConsequenceFacts>;
