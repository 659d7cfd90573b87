import type { Coded } from './coded';

/** A number of servers among those that answer. */
interface Tally {
  readonly on: number;
  readonly of: number;
}

/** States of a record on its servers, by code. */
export interface StandingFacts {
  readonly NO_SERVER: Record<never, never>;
  readonly NO_ANSWER: { readonly asked: number };
  readonly READY: Tally;
  /** The servers of the zone have the record, but resolvers do not see it. */
  readonly HIDDEN: Tally;
  readonly PARTLY_READY: Tally;
  readonly UNUSABLE: Tally;
  readonly MISSING: Tally;
  readonly OTHER_KEY: Tally;
  /** There is no key to compare with, and the servers agree on one. */
  readonly ONE_KEY: Tally & { readonly fingerprint: string };
  readonly SEVERAL_KEYS: Tally & { readonly keys: number };
}

/** The state of a record. */
export type StandingState = Coded<StandingFacts>;
