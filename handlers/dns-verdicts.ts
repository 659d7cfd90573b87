import type { Limit } from './dns-limits';

/** Role in which a server is asked: as a server of the zone or as a resolver. */
export type ServerRole = 'authoritative' | 'recursive';

/** The judgement of a server's answer. A missing record, a bad record and no answer are three verdicts. */
export type Verdict =
  /** The record exists, is valid, and has the expected key. */
  | 'ready'
  /** The name or its TXT record does not exist yet. */
  | 'missing'
  /** A valid record of another key. */
  | 'other-value'
  /** A record that no signer can use. */
  | 'invalid'
  /** There is no usable answer. */
  | 'unreachable';

/** Problems without facts of their own. */
export type PlainProblem =
  /** The server did not answer before its deadline. */
  | 'silent'
  /** The round's time was up before the server's own deadline. */
  | 'time-was-up'
  | 'port-closed'
  | 'hangs-up'
  | 'no-route'
  | 'no-address-of-its-kind'
  | 'not-let-out'
  /** No AA. */
  | 'lame'
  /** No AA, but RA. */
  | 'a-resolver'
  | 'not-dns'
  | 'dnssec-bogus'
  | 'forbidden-address'
  | 'odd-alias';

/** Reason why a server's answer could not be judged. Decisions read the kind. */
export type Problem =
  | { readonly kind: PlainProblem }
  | { readonly kind: 'rcode'; readonly rcode: string }
  | { readonly kind: 'socket'; readonly code: string }
  | { readonly kind: 'refers'; readonly zone: string }
  | { readonly kind: 'alias-unanswered'; readonly target: string }
  | { readonly kind: 'alias-loop'; readonly path: readonly string[] }
  | { readonly kind: 'limit'; readonly limit: Limit }
  /** Whether the server was also asked over TCP, after UDP had not been enough. */
  | { readonly kind: 'over-tcp'; readonly after: 'truncation' | 'silence'; readonly answer: Problem };

interface Judged {
  readonly role: ServerRole;
  readonly verdict: Verdict;
}

/** Checks whether the problem is that of the asking machine, and not of the server. */
export function isOfThisMachine(problem: Problem | undefined): boolean {
  const kind = problem?.kind === 'over-tcp' ? problem.answer.kind : problem?.kind;
  return kind === 'no-route' || kind === 'no-address-of-its-kind' || kind === 'not-let-out';
}

export function answering<Server extends Judged>(servers: readonly Server[]): readonly Server[] {
  return servers.filter(({ verdict }) => verdict !== 'unreachable');
}

export function withVerdict<Server extends Judged>(
  servers: readonly Server[],
  verdict: Verdict,
): readonly Server[] {
  return servers.filter((server) => server.verdict === verdict);
}

export function withRole<Server extends Judged>(
  servers: readonly Server[],
  role: ServerRole,
): readonly Server[] {
  return servers.filter((server) => server.role === role);
}

/** Checks whether there was no answer at all. */
export function isSilence(problem: Problem | undefined): boolean {
  return problem?.kind === 'silent' || (problem?.kind === 'over-tcp' && problem.after === 'silence');
}

export function isServfail(problem: Problem | undefined): boolean {
  return problem?.kind === 'rcode' && problem.rcode === 'SERVFAIL';
}

/** Tells the verdicts on servers, and the problems of their answers, apart: for proofs and for their sentences. */
