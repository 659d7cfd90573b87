import type { ErrorCode } from '../errors';

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
  /** `ip:port`, IPv6 in brackets. */
  readonly address: string;
  /** Name of the server in the zone's NS records; absent when the address was given. */
  readonly name?: string;
  readonly role: 'authoritative' | 'recursive';
  readonly verdict: Verdict;
  /** Why, in words. */
  readonly reason: string;
  /** The record's value, shortened for people; absent when there is none. */
  readonly value?: string;
  /** Fingerprint of the key in the record, where it could be read. */
  readonly fingerprint?: string;
  /** Seconds left of the answer's TTL. */
  readonly ttlSeconds?: number;
  /** Milliseconds from question to answer. */
  readonly roundTripMs: number;
}

/** The gate's outcome, as data: it prints as a table (`report.ts`), and becomes an error where one is due. */
export interface GateOutcome {
  readonly ready: boolean;
  /** Absent when ready. */
  readonly code?: Extract<
    ErrorCode,
    'DNS_TXT_NOT_READY' | 'DNS_TXT_INVALID' | 'DNS_KEY_MISMATCH' | 'DNS_LOOKUP_FAILED'
  >;
  /** One sentence or two: what is the matter, and who has to do what. */
  readonly message: string;
  readonly recordName: string;
  /** The zone cut, where it was found. */
  readonly zone?: string;
  readonly expectedFingerprint: string;
  /** The value to publish, for whoever has to. */
  readonly expectedValue?: string;
  readonly servers: readonly ServerVerdict[];
  /** Rounds asked (1 without `waitSeconds`). */
  readonly rounds: number;
  readonly warnings: readonly string[];
}
