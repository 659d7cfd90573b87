import { LIMIT_WORDS, LIMITS, type Limit } from './limits';
import type { Mismatch } from './message';

/** Why a server gave nothing that could be judged: what is decided by is the kind, what is read is `inWords`. */
export type Problem =
  | {
      readonly kind: /** It let its whole deadline pass. */
        | 'silent'
        /** The round's time was up before its own deadline. */
        | 'time-was-up'
        /** The proof was made without it. */
        | 'not-waited-for'
        | 'port-closed'
        | 'hangs-up'
        | 'no-route'
        | 'no-address-of-its-kind'
        | 'not-let-out'
        /** No AA: it is not in charge of the zone. */
        | 'lame'
        /** No AA, but RA. */
        | 'a-resolver'
        | 'other-name'
        | 'other-class'
        | 'tcp-fragment'
        /** Its records are there, and a validating resolver does not vouch for them. */
        | 'dnssec-bogus'
        /** An address that no server of a zone on the internet has. */
        | 'forbidden-address'
        /** An alias to something that is no host name. */
        | 'odd-alias';
    }
  | { readonly kind: 'not-dns'; readonly mismatch: Mismatch; readonly overTcp?: boolean }
  | { readonly kind: 'rcode'; readonly rcode: string }
  | { readonly kind: 'http-status'; readonly status: number }
  | { readonly kind: 'socket'; readonly code: string }
  | { readonly kind: 'refers'; readonly zone: string }
  | { readonly kind: 'alias-unanswered'; readonly target: string }
  | { readonly kind: 'limit'; readonly limit: Limit }
  /** It was asked over TCP too, after UDP had not been enough. */
  | { readonly kind: 'over-tcp'; readonly after: 'truncation' | 'silence'; readonly answer: Problem };

const MISMATCHES: Readonly<Record<Mismatch, string>> = {
  garbage: 'garbage that is no DNS message',
  'a-question': 'a question instead of a reply',
  'wrong-id': 'a reply with the wrong id',
  'other-question': 'a reply to another question',
  'too-many-records': `more than ${LIMITS.recordsPerMessage} records, which are not read`,
};

const WORDS = {
  silent: 'does not answer',
  'time-was-up': 'had not answered when time was up',
  'not-waited-for': 'was not waited for',
  'port-closed': 'has its port closed',
  'hangs-up': 'hangs up without an answer',
  'no-route': 'cannot be reached from here: no route to its network',
  'no-address-of-its-kind':
    'cannot be reached from here: no address of its kind (IPv4, IPv6) on this machine',
  'not-let-out': 'cannot be reached from here: this machine does not let the question out',
  lame: 'is not a server of this zone (lame: its answer has no authority)',
  'a-resolver': 'is a resolver, not a server of this zone (its answer has no authority)',
  'other-name': 'answers for another name than the one asked',
  'other-class': 'answers with records of another class than IN',
  'tcp-fragment': 'answers over TCP with a fragment',
  'dnssec-bogus':
    'answers SERVFAIL, and shows the record when DNSSEC is not checked: its signatures are broken',
  'forbidden-address':
    'was not asked: its address is one that no name server on the internet has (loopback, link-local, multicast, broadcast or reserved)',
  'odd-alias': 'has an alias to something that is no host name',
} as const;

/** Continues a sentence that begins with "the server". */
export const inWords = (problem: Problem): string => {
  switch (problem.kind) {
    case 'not-dns':
      return `sends ${MISMATCHES[problem.mismatch]}${problem.overTcp ? ' over TCP' : ''}`;
    case 'rcode':
      return `answers ${problem.rcode}`;
    case 'http-status':
      return `answers HTTP status ${problem.status}`;
    case 'socket':
      return `cannot be asked (${problem.code})`;
    case 'refers':
      return `refers to the servers of ${problem.zone} instead of answering`;
    case 'alias-unanswered':
      return `has an alias to ${problem.target}, and no server of that name answers`;
    case 'limit':
      return LIMIT_WORDS[problem.limit];
    case 'over-tcp':
      if (problem.answer.kind === 'silent')
        return problem.after === 'truncation'
          ? 'truncates its answer over UDP, and is silent over TCP'
          : 'does not answer';
      return problem.after === 'truncation'
        ? `truncates its answer over UDP, and over TCP it ${inWords(problem.answer)}`
        : `does not answer over UDP, and over TCP it ${inWords(problem.answer)}`;
    default:
      return WORDS[problem.kind];
  }
};

/** What comes from the machine that asks, not from the server. */
const OF_THIS_MACHINE: ReadonlySet<Problem['kind']> = new Set([
  'no-route',
  'no-address-of-its-kind',
  'not-let-out',
]);

export const isOfThisMachine = (problem: Problem | undefined): boolean =>
  problem !== undefined &&
  OF_THIS_MACHINE.has(problem.kind === 'over-tcp' ? problem.answer.kind : problem.kind);

/** Nothing came back at all. */
export const isSilence = (problem: Problem | undefined): boolean =>
  problem !== undefined &&
  (problem.kind === 'silent' || (problem.kind === 'over-tcp' && problem.after === 'silence'));

/** An answer came that no server in order gives: as bad as a wrong record, since nobody can tell what others get. */
const FALSE_ANSWERS: ReadonlySet<Problem['kind']> = new Set(['other-name', 'other-class', 'odd-alias']);

export const isFalseAnswer = (problem: Problem | undefined): boolean =>
  problem !== undefined && FALSE_ANSWERS.has(problem.kind);

const SOCKET_ERRORS: Readonly<
  Record<string, 'port-closed' | 'hangs-up' | 'no-route' | 'no-address-of-its-kind' | 'not-let-out'>
> = {
  ECONNREFUSED: 'port-closed',
  ECONNRESET: 'hangs-up',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-address-of-its-kind',
  EAFNOSUPPORT: 'no-address-of-its-kind',
  EACCES: 'not-let-out',
  EPERM: 'not-let-out',
};

/** What an error of a socket says of the server, or of this machine. */
export const socketProblem = (error: NodeJS.ErrnoException): Problem => {
  const kind = SOCKET_ERRORS[error.code ?? ''];
  return kind ? { kind } : { kind: 'socket', code: error.code ?? 'unknown error' };
};
