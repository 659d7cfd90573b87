import type { Limit } from './limits';
import type { Problem } from './problem';

/** The three outcomes of asking stay three (no record, bad record, no answer). */
export type Verdict =
  /** The record is there, valid, and of the expected key. */
  | 'ready'
  /** The name or its TXT record does not exist yet. */
  | 'missing'
  /** A valid record of another key. */
  | 'other-value'
  /** A record that no signer can use. */
  | 'invalid'
  /** No answer, or one that is no answer. */
  | 'unreachable';

/** What one server said. */
export interface ServerVerdict {
  /** `ip:port`, IPv6 in brackets; of a resolver over HTTPS, its URL. */
  readonly address: string;
  /** Name of the server in the zone's NS records; absent when the address was given. */
  readonly name?: string;
  readonly role: 'authoritative' | 'recursive';
  /** The name that an alias led to, where the server was asked for that. */
  readonly askedFor?: string;
  /** The name that this server's own alias leads to, where it has one at the name. */
  readonly aliasTo?: string;
  readonly verdict: Verdict;
  /** Why, in words. For people: what is decided by is `verdict` and `problem`. */
  readonly reason: string;
  /** Why there was nothing to judge; with `unreachable` only. */
  readonly problem?: Problem;
  /** The record's value, shortened for people; absent when there is none. */
  readonly value?: string;
  /** Fingerprint of the key in the record, where it could be read. */
  readonly fingerprint?: string;
  /** Seconds left of the answer's TTL. */
  readonly ttlSeconds?: number;
  /** Milliseconds from question to answer. */
  readonly roundTripMs: number;
}

/** The gate's outcome, as data: it prints as a table, and becomes an error where one is due. */
export interface GateOutcome {
  readonly ready: boolean;
  /** Absent when ready. */
  readonly code?: 'DNS_TXT_NOT_READY' | 'DNS_TXT_INVALID' | 'DNS_KEY_MISMATCH' | 'DNS_LOOKUP_FAILED';
  /** What is the matter, on one line. */
  readonly message: string;
  /** Who has to do what; absent when ready. */
  readonly advice?: string;
  readonly recordName: string;
  /** The zone cut, where it was found. */
  readonly zone?: string;
  readonly expectedFingerprint: string;
  /** The value to publish, for whoever has to. */
  readonly expectedValue?: string;
  /** In one order: by role, by the name asked for, by the server's name and address. */
  readonly servers: readonly ServerVerdict[];
  /**
   * Seconds for which a resolver that asked while the record was not there may go on saying so (SOA minimum, RFC 2308);
   * absent where no server has said that it is not there.
   */
  readonly absenceSeconds?: number;
  /** What there was more of than the gate looks at (see `limits.ts`). */
  readonly limits?: readonly Limit[];
  /** Rounds asked (1 without `waitSeconds`). */
  readonly rounds: number;
  readonly warnings: readonly string[];
}

/** Servers of a name's own zone that answer, and not with an alias of the target. Resolvers do not show where they went. */
export const otherAliases = (servers: readonly ServerVerdict[], target: string): ServerVerdict[] =>
  servers.filter(
    ({ role, askedFor, verdict, aliasTo }) =>
      role === 'authoritative' &&
      askedFor === undefined &&
      verdict !== 'unreachable' &&
      aliasTo?.toLowerCase() !== target,
  );
