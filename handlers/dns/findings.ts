import type { Limit } from './limits';
import type { Disagreement } from './name-findings';
import type { GateOutcome, ServerVerdict, Verdict } from './outcome';
import type { Problem } from './problem';

/** How much of a proof is enough. */
export interface Quorum {
  /** Of the servers of each zone, by name; 100: of their addresses. */
  readonly requiredPercent: number;
  /** By name. */
  readonly minimumServers: number;
}

/** What one round found out, before it is concluded. */
export interface Findings {
  readonly mode: 'authoritative' | 'recursive';
  readonly recordName: string;
  readonly domain: string;
  readonly zone?: string;
  readonly expectedFingerprint: string;
  readonly expectedValue: string;
  readonly servers: readonly ServerVerdict[];
  /** Servers that are named and have no address. */
  readonly unaddressed: readonly { readonly name: string; readonly askedFor?: string }[];
  /** Names of servers that only a resolver still knows: they need not answer. */
  readonly former: ReadonlySet<string>;
  /** Whether the resolvers were named by somebody, and so have to agree in recursive mode. */
  readonly resolversGiven: boolean;
  readonly limits: readonly Limit[];
  /** Why no server could be asked at all; a sentence that continues after a colon. */
  readonly problem?: string;
  readonly disagreements: readonly Disagreement[];
  readonly absenceSeconds?: number;
  /** Whether an earlier round, or this one, found the record missing. */
  readonly wasMissing: boolean;
  /** What else was seen; sentences. */
  readonly hints: readonly string[];
  readonly warnings: readonly string[];
}

export type Code = NonNullable<GateOutcome['code']>;

export const answering = (servers: readonly ServerVerdict[]): readonly ServerVerdict[] =>
  servers.filter(({ verdict }) => verdict !== 'unreachable');

export const withVerdict = (servers: readonly ServerVerdict[], verdict: Verdict): readonly ServerVerdict[] =>
  servers.filter((server) => server.verdict === verdict);

export const withRole = (
  servers: readonly ServerVerdict[],
  role: ServerVerdict['role'],
): readonly ServerVerdict[] => servers.filter((server) => server.role === role);

export const withProblem = (
  servers: readonly ServerVerdict[],
  kind: Problem['kind'],
): readonly ServerVerdict[] => servers.filter(({ problem }) => problem?.kind === kind);

/** How many of a zone's servers have shown the record. */
export interface Showing {
  /** The name that they were asked for, where an alias led to it. */
  readonly askedFor?: string;
  readonly showing: number;
  readonly of: number;
}

/** The part of the proof that failed, which is what the message is about. */
export type Failure = { readonly servers: readonly ServerVerdict[] } & (
  | {
      readonly stage: /** Authoritative servers (or, in recursive mode, resolvers) do not all have the record, or none answers. */
        | 'publication'
        /** Some server answers what no server in order does. */
        | 'false-answer'
        /** They all have it, but no resolver sees it. */
        | 'visibility'
        /** They all have it, but most resolvers that check DNSSEC hold it back. */
        | 'dnssec';
    }
  /** There is more to ask than is asked. */
  | { readonly stage: 'limit'; readonly limits: readonly Limit[] }
  /** Nobody contradicts, but too few have spoken. */
  | { readonly stage: 'thin'; readonly counted: Showing; readonly quorum: Quorum }
);

/** What the failure looks like. */
export type Cause = 'not-delegated' | 'dnssec' | 'no-ipv6' | 'closed-network';

/** The servers of a top-level domain answered for the name: nobody is in charge of the domain. */
export const isUndelegated = ({ zone }: Findings): boolean => zone !== undefined && !zone.includes('.');
