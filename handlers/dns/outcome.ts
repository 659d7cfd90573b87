import { ADVICE_LABEL } from '../contract';
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

const VERDICT_WORDS: Readonly<Record<ServerVerdict['verdict'], string>> = {
  ready: 'ready',
  missing: 'missing',
  'other-value': 'other key',
  invalid: 'invalid',
  unreachable: 'no answer',
};

const row = (server: ServerVerdict): string[] => [
  server.address,
  server.name ?? (server.role === 'recursive' ? '(resolver)' : '-'),
  VERDICT_WORDS[server.verdict],
  server.reason,
  server.value ?? '-',
  server.ttlSeconds === undefined ? '-' : `${server.ttlSeconds} s`,
  `${Math.round(server.roundTripMs)} ms`,
];

const HEADER = ['server', 'name', 'verdict', 'why', 'value found', 'TTL', 'time'];

const align = (rows: readonly (readonly string[])[]): string => {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The outcome's title and table: one line per server. */
export const serverTable = (outcome: GateOutcome): string => {
  const title = `TXT ${outcome.recordName}${outcome.zone ? ` (zone ${outcome.zone})` : ''}`;
  const table =
    outcome.servers.length > 0 ? align([HEADER, ...outcome.servers.map(row)]) : '(no server was asked)';
  return `${title}\n${table}`;
};

export const warningLines = ({ warnings }: GateOutcome): readonly string[] =>
  warnings.map((warning) => `Warning: ${warning}`);

/** What was found, and on a line of its own what to do. */
export const messageAndAdvice = ({ message, advice }: GateOutcome): string =>
  advice === undefined ? message : `${message}\n${ADVICE_LABEL}${advice}`;

/**
 * The outcome as plain text for logs and terminals: one line per server, then who has to do what. For people who run
 * DNS and know nothing of AWS.
 */
export const reportOutcome = (outcome: GateOutcome): string =>
  [serverTable(outcome), '', messageAndAdvice(outcome), ...warningLines(outcome)].join('\n');
