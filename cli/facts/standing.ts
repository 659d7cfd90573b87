import type { Coded } from './coded';

/** A number of servers among those that answer. */
interface Share {
  readonly on: number;
  readonly of: number;
}

/** States of a record on its servers, by code. */
export interface StandingFacts {
  readonly NO_SERVER: Record<never, never>;
  readonly NO_ANSWER: { readonly asked: number };
  readonly READY: Share;
  /** The servers of the zone have the record, but resolvers do not see it. */
  readonly HIDDEN: Share;
  readonly PARTLY_READY: Share;
  readonly UNUSABLE: Share;
  readonly MISSING: Share;
  readonly OTHER_KEY: Share;
  /** There is no key to compare with, and the servers agree on one. */
  readonly ONE_KEY: Share & { readonly fingerprint: string };
  readonly SEVERAL_KEYS: Share & { readonly keys: number };
}

/** The state of a record. */
export type StandingState = Coded<StandingFacts>;
