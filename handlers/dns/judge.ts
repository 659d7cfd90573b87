import { type RsaPublicKey, sameKey } from '../key/public-key';
import type { Answer, Records } from './answer';
import { type Endpoint, formatEndpoint } from './endpoint';
import { LIMIT_WORDS, LIMITS } from './limits';
import { inWords, type Problem, type Role, type ServerVerdict } from './outcome';
import { readRecord } from './record';

/** The answer of one server or resolver. */
export interface Finding {
  readonly endpoint: Endpoint;
  /** In the zone's NS records; absent when the address was given. */
  readonly name?: string;
  /** The deepest zone that it was asked as a server of; empty when it was given, absent for resolvers. */
  readonly zone?: string;
  readonly answer: Answer;
  readonly roundTripMs: number;
}

type Alias = Extract<Answer, { kind: 'alias' }>;

/** How much of a value is printed: its beginning tells what it is, its end whether it was cut. */
const VALUE_HEAD = 48;
const VALUE_TAIL = 16;

const LISTED_RECORDS = 4;

const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Formats a record's value for people: printable, short, on one line. */
const shorten = (value: string): string =>
  value.length <= VALUE_HEAD + VALUE_TAIL + 1
    ? printable(value)
    : `${printable(value.slice(0, VALUE_HEAD))}…${printable(value.slice(-VALUE_TAIL))}`;

export type Judgement = Pick<
  ServerVerdict,
  'verdict' | 'reason' | 'problem' | 'value' | 'fingerprint' | 'ttlSeconds'
> & {
  readonly warnings?: readonly string[];
};

const unreachable = (problem: Problem): Judgement => ({
  verdict: 'unreachable',
  reason: inWords(problem),
  problem,
});

const judgeRecords = ({ values, ttlSeconds }: Records, expected: RsaPublicKey): Judgement => {
  const [text = '', ...others] = values;
  if (others.length > 0) {
    return {
      verdict: 'invalid',
      reason: `has ${values.length} TXT records at the name, and it must be one (RFC 6376 §3.6.2.2)`,
      value: values.slice(0, LISTED_RECORDS).map(shorten).join(' | '),
      ttlSeconds,
    };
  }
  const value = shorten(text);
  const reading = readRecord(text, expected);
  const found = { value, fingerprint: reading.key?.fingerprint, ttlSeconds };
  if ('problem' in reading)
    return { verdict: 'invalid', reason: `has a record that ${reading.problem}`, ...found };
  if (!sameKey(reading.key, expected))
    return { verdict: 'other-value', reason: 'has a valid record of another key', ...found };
  return { verdict: 'ready', reason: 'has the record', ...found, warnings: reading.warnings };
};

/** Judges one answer. Reasons continue a sentence that begins with "the server". */
export const judge = (answer: Answer, expected: RsaPublicKey): Judgement => {
  switch (answer.kind) {
    case 'records':
      return judgeRecords(answer, expected);
    case 'none':
      return {
        verdict: 'missing',
        reason:
          answer.why === 'NXDOMAIN' ? 'says that the name does not exist' : 'has no TXT record at the name',
        ttlSeconds: answer.ttlSeconds,
      };
    case 'alias':
      return unreachable({ kind: 'alias-unanswered', target: answer.targets.at(-1)! });
    case 'referral':
      return unreachable({ kind: 'refers', zone: answer.zone });
    case 'failure':
      return unreachable(answer.problem);
  }
};

/** Returns the judge of one proof, which parses each value once, however many servers have it. */
export const createJudge = (expected: RsaPublicKey): ((answer: Answer) => Judgement) => {
  const known = new Map<string, Judgement>();
  return (answer) => {
    if (answer.kind !== 'records') return judge(answer, expected);
    const key = JSON.stringify(answer.values);
    const before = known.get(key) ?? judge(answer, expected);
    known.set(key, before);
    return { ...before, ttlSeconds: answer.ttlSeconds };
  };
};

/** Of several servers of one name, the worst answer counts. */
const WORST_FIRST = ['invalid', 'other-value', 'missing', 'ready'] as const;

const TOO_LONG: Judgement = { verdict: 'invalid', reason: LIMIT_WORDS.aliasesInChain };

/** Judges every server's answer; an alias by the answers at its end. The record's own name comes first. */
export const judgeFindings = (
  names: ReadonlyMap<string, { readonly findings: readonly Finding[] }>,
  role: Role,
  judge: (answer: Answer) => Judgement,
): { readonly servers: readonly ServerVerdict[]; readonly warnings: readonly string[] } => {
  const known = new Map<string, Judgement | undefined>();

  const judgeAlias = ({ targets, atEnd }: Alias, path: readonly string[]): Judgement => {
    const target = targets.at(-1)!;
    if (targets.length > LIMITS.aliasesInChain) return TOO_LONG;
    if (!atEnd && path.includes(target)) {
      return {
        verdict: 'invalid',
        reason: `has an alias that leads back to itself: ${[...path, target].join(' → ')}`,
      };
    }
    if (!atEnd && !names.has(target)) {
      return names.size >= LIMITS.names ? unreachable({ kind: 'limit', limit: 'names' }) : TOO_LONG;
    }
    const end = atEnd ? judge(atEnd) : judgeName(target, path);
    if (!end) return unreachable({ kind: 'alias-unanswered', target });
    return { ...end, reason: `has an alias to ${target}, whose server ${end.reason}` };
  };

  const judgeOne = (answer: Answer, path: readonly string[]): Judgement =>
    answer.kind === 'alias' ? judgeAlias(answer, path) : judge(answer);

  /** Returns the judgement that counts for all servers of a name; undefined if none answers. */
  const judgeName = (name: string, path: readonly string[]): Judgement | undefined => {
    // Every server of a name may have the same alias: otherwise a chain would be walked servers^hops times.
    if (!known.has(name)) {
      const judgements = names.get(name)!.findings.map(({ answer }) => judgeOne(answer, [...path, name]));
      const worst = WORST_FIRST.find((verdict) => judgements.some((each) => each.verdict === verdict));
      known.set(
        name,
        judgements.find(({ verdict }) => verdict === worst),
      );
    }
    return known.get(name);
  };

  const [recordName] = names.keys();
  const allWarnings = new Set<string>();
  const servers = [...names].flatMap(([askedFor, { findings }]) =>
    findings.map(({ endpoint, name, answer, roundTripMs }) => {
      const { warnings = [], ...judgement } = judgeOne(answer, [askedFor]);
      for (const warning of warnings) allWarnings.add(warning);
      const server = { address: formatEndpoint(endpoint), name, role };
      if (askedFor !== recordName) {
        const reason = `${judgement.reason} (asked for ${askedFor})`;
        return { ...server, askedFor, ...judgement, reason, roundTripMs };
      }
      const aliasTo = answer.kind === 'alias' ? answer.targets[0] : undefined;
      return { ...server, ...judgement, roundTripMs, aliasTo };
    }),
  );
  return { servers, warnings: [...allWarnings] };
};
