import { type Answer, type Finding, failure, isReply } from './answer';
import { formatEndpoint } from './endpoint';
import { LIMITS } from './limits';
import { inWords, isBrokenAlias, type Problem, type Role, type ServerVerdict } from './outcome';

/** What a server has at a name, at the end of its aliases. */
export interface Content {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, …; absent where there is no answer that can be used. */
  readonly rcode?: string;
  /** As in `Records.values`. */
  readonly values: readonly string[];
  readonly ttlSeconds?: number;
  readonly problem?: Problem;
  /** `problem` in words that continue a sentence which begins with "the server". */
  readonly reason?: string;
}

/** One server's answer. A server that an alias led to has an entry of its own, with `askedFor`. */
export interface ServerAnswer
  extends Content,
    Pick<ServerVerdict, 'address' | 'name' | 'role' | 'askedFor' | 'aliasTo' | 'roundTripMs'> {
  /** The name that its aliases lead to, as far as it knows. */
  readonly alias?: string;
  /** What it has of the further types of the request, in their order. */
  readonly also?: readonly Content[];
}

/** What the servers of each name answer. The name that was asked for comes first, then those that aliases lead to. */
export type Names = ReadonlyMap<string, { readonly findings: readonly Finding[] }>;

/** An answer that is no alias. */
type End = Exclude<Answer, { readonly kind: 'alias' }>;

/** Returns what finds the end of an answer's aliases: of the servers there, the first that gives one. */
const createEndOf = (names: Names): ((answer: Answer, name: string) => End) => {
  const known = new Map<string, End>();

  /** @param path the names whose aliases led here */
  const endOf = (answer: Answer, path: readonly string[]): End => {
    if (answer.kind !== 'alias') return answer;
    const { targets, atEnd } = answer;
    const target = targets.at(-1)!;
    if (targets.length > LIMITS.aliasesInChain) return failure({ kind: 'limit', limit: 'aliasesInChain' });
    if (atEnd) return atEnd;
    if (path.includes(target)) return failure({ kind: 'alias-loop', path: [...path, target] });
    // Every server of a name may have the same alias: otherwise a chain would be walked servers^hops times.
    const end = known.get(target) ?? endAt(target, [...path, target]);
    known.set(target, end);
    return end;
  };

  const endAt = (target: string, path: readonly string[]): End => {
    const found = names.get(target);
    if (!found)
      return failure({ kind: 'limit', limit: names.size >= LIMITS.names ? 'names' : 'aliasesInChain' });
    const ends = found.findings.map(({ answer }) => endOf(answer, path));
    const isBroken = (end: End): boolean => end.kind === 'failure' && isBrokenAlias(end.problem);
    return ends.find(isReply) ?? ends.find(isBroken) ?? failure({ kind: 'alias-unanswered', target });
  };

  return (answer, name) => endOf(answer, [name]);
};

/** Returns what an answer says, without following an alias in it. */
export const contentOf = (answer: Answer): Content => {
  if (answer.kind === 'records')
    return { rcode: 'NOERROR', values: answer.values, ttlSeconds: answer.ttlSeconds };
  if (answer.kind === 'none')
    return {
      rcode: answer.why === 'NODATA' ? 'NOERROR' : answer.why,
      values: [],
      ttlSeconds: answer.ttlSeconds,
    };
  const problem: Problem =
    answer.kind === 'failure'
      ? answer.problem
      : answer.kind === 'referral'
        ? { kind: 'refers', zone: answer.zone }
        : { kind: 'alias-unanswered', target: answer.targets.at(-1)! };
  const rcode = problem.kind === 'rcode' ? problem.rcode : undefined;
  return { rcode, values: [], problem, reason: inWords(problem) };
};

/** Follows the aliases in the answers of all servers. */
export const serverAnswers = (names: Names, role: Role): readonly ServerAnswer[] => {
  const endOf = createEndOf(names);
  return [...names].flatMap(([askedFor, { findings }], at) =>
    findings.map(({ endpoint, name, answer, roundTripMs }) => ({
      address: formatEndpoint(endpoint),
      name,
      role,
      ...(at > 0 && { askedFor }),
      ...(answer.kind === 'alias' && {
        alias: answer.targets.at(-1),
        ...(at === 0 && { aliasTo: answer.targets[0] }),
      }),
      ...contentOf(endOf(answer, askedFor)),
      roundTripMs,
    })),
  );
};
