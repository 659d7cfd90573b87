import type { ExitCode } from '../exit-codes';
import type { Coded } from './coded';
import type { NextStep } from './next-step';
import type { StandingState } from './standing';

type Nothing = Record<never, never>;

/** Results of whether a deploy would pass its gate, by code. */
export interface ReadinessFacts {
  /** The state of the record decides. */
  readonly RECORD: { readonly standing: StandingState };
  readonly DEPLOY_PUBLISHES: { readonly standing: StandingState };
  readonly DEPLOY_MAKES_KEY: Nothing;
  /** The first deploy makes the key, and stops until others have published its record. */
  readonly DEPLOY_ASKS: Nothing;
  readonly NO_ALIAS: { readonly target: string };
  readonly NO_CONTROL_STACK: Nothing;
  readonly NO_KEY: Nothing;
  readonly KEY_UNUSABLE: Nothing;
  /** The record is valid, but its key could not be compared. `error` is the reason why the key was not read. */
  readonly NOT_COMPARED: { readonly standing: StandingState; readonly error: string };
  readonly SELECTOR_IN_USE: { readonly standing: StandingState };
  readonly MAIL_FROM: { readonly mailFromDomain: string; readonly error: string };
  readonly FUNCTION_NOT_ASKED: { readonly errors: readonly string[] };
  /** The deploy is refused. `dns` is the state in DNS, unless it alone would let the deploy pass. */
  readonly REFUSED: { readonly errors: readonly string[]; readonly dns: ReadinessState | null };
}

export type ReadinessState = Coded<ReadinessFacts>;

/** Whether a deploy of the domain would pass its gate. */
export type Readiness = ReadinessState & {
  readonly exitCode: ExitCode;
  /** The state in few words. */
  readonly words: string;
  readonly next: NextStep;
  /** Whether DNS has the record now. A deploy that publishes the record itself may pass without it. */
  readonly isPublished: boolean;
  /** The report and the advice, if there is something to do. */
  readonly report?: string;
};
