import { type RsaPublicKey, sameKey } from '../key/public-key';
import type { Asked, Finding, TxtAnswer, TxtRecords } from './answer';
import { formatEndpoint } from './endpoint';
import type { ExchangeResult } from './exchange';
import { LIMIT_WORDS, LIMITS } from './limits';
import type { ServerVerdict } from './outcome';
import { inWords, type Problem } from './problem';
import { readRecord } from './record';

/** Characters of a value that are shown: its beginning tells what it is, its end whether it was cut. */
const SHOWN_HEAD = 48;
const SHOWN_TAIL = 16;

/** So many of several records are shown. */
const SHOWN_RECORDS = 4;

const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A record's value as people may see it: printable, on one line, not too long. */
const shorten = (value: string): string =>
  value.length <= SHOWN_HEAD + SHOWN_TAIL + 1
    ? printable(value)
    : `${printable(value.slice(0, SHOWN_HEAD))}…${printable(value.slice(-SHOWN_TAIL))}`;

export type Judgement = Pick<
  ServerVerdict,
  'verdict' | 'reason' | 'problem' | 'value' | 'fingerprint' | 'ttlSeconds'
> & {
  readonly warnings?: readonly string[];
};

/** Nothing to judge. */
export const unreachable = (problem: Problem): Judgement => ({
  verdict: 'unreachable',
  reason: inWords(problem),
  problem,
});

/** Judges the TXT records that one server gave. */
const judgeRecords = ({ values, ttlSeconds }: TxtRecords, expected: RsaPublicKey): Judgement => {
  if (values.length > 1) {
    return {
      verdict: 'invalid',
      reason: `has ${values.length} TXT records at the name, and it must be one (RFC 6376 §3.6.2.2)`,
      value: values.slice(0, SHOWN_RECORDS).map(shorten).join(' | '),
      ttlSeconds,
    };
  }
  const value = shorten(values[0] ?? '');
  const reading = readRecord(values[0] ?? '', expected);
  const found = { value, fingerprint: reading.key?.fingerprint, ttlSeconds };
  if ('problem' in reading)
    return { verdict: 'invalid', reason: `has a record that ${reading.problem}`, ...found };
  if (!sameKey(reading.key, expected))
    return { verdict: 'other-value', reason: 'has a valid record of another key', ...found };
  return { verdict: 'ready', reason: 'has the record', ...found, warnings: reading.warnings };
};

/** Judges what one server said. Reasons continue a sentence that begins with "the server". */
export const judge = (answer: TxtAnswer, expected: RsaPublicKey): Judgement => {
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

/** Judges for one proof: many servers say the same, and it is read once. */
export const createJudge = (expected: RsaPublicKey): ((answer: TxtAnswer) => Judgement) => {
  const known = new Map<string, Judgement>();
  return (answer) => {
    if (answer.kind !== 'records') return judge(answer, expected);
    const key = JSON.stringify(answer.values);
    const before = known.get(key) ?? judge(answer, expected);
    known.set(key, before);
    return { ...before, ttlSeconds: answer.ttlSeconds };
  };
};

/** The row of one server. */
export const serverVerdict = (
  asked: Asked,
  judgement: Judgement,
  result: Pick<ExchangeResult, 'roundTripMs'>,
  askedFor?: string,
): ServerVerdict => {
  const { warnings: _, ...rest } = judgement;
  return {
    address: formatEndpoint(asked.endpoint),
    name: asked.name,
    role: asked.role,
    askedFor,
    ...rest,
    roundTripMs: result.roundTripMs,
  };
};

export interface Verdicts {
  readonly servers: readonly ServerVerdict[];
  readonly warnings: readonly string[];
}

/** Of several servers that answer for one name, the one that stands in the way decides. */
const WORST_FIRST = ['invalid', 'other-value', 'missing', 'ready'] as const;

const TOO_LONG: Judgement = { verdict: 'invalid', reason: LIMIT_WORDS.aliasesInChain };

/** Judges what every server said, aliases by what is found at their end. */
export const judgeFindings = (
  names: ReadonlyMap<string, { readonly findings: readonly Finding[] }>,
  judge: (answer: TxtAnswer) => Judgement,
): Verdicts => {
  const known = new Map<string, Judgement | undefined>();

  const judgeAlias = (
    { targets, atEnd }: Extract<TxtAnswer, { kind: 'alias' }>,
    path: readonly string[],
  ): Judgement => {
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

  const judgeFinding = ({ answer }: Finding, path: readonly string[]): Judgement =>
    answer.kind === 'alias' ? judgeAlias(answer, path) : judge(answer);

  /** The judgement that stands for all servers of a name; undefined if none answers. */
  const judgeName = (name: string, path: readonly string[]): Judgement | undefined => {
    // Every server of a name may have the same alias: without this, a chain would be walked servers^hops times.
    if (!known.has(name)) known.set(name, worstOf(name, path));
    return known.get(name);
  };

  const worstOf = (name: string, path: readonly string[]): Judgement | undefined => {
    const judgements = (names.get(name)?.findings ?? []).map((finding) =>
      judgeFinding(finding, [...path, name]),
    );
    return WORST_FIRST.map((verdict) => judgements.find((judgement) => judgement.verdict === verdict)).find(
      Boolean,
    );
  };

  const [recordName] = names.keys();
  const warnings = new Set<string>();
  const servers = [...names].flatMap(([name, { findings }]) =>
    findings.map((finding) => {
      const judgement = judgeFinding(finding, [name]);
      for (const warning of judgement.warnings ?? []) warnings.add(warning);
      if (name !== recordName) {
        const reason = `${judgement.reason} (asked for ${name})`;
        return serverVerdict(finding.asked, { ...judgement, reason }, finding, name);
      }
      const aliasTo = finding.answer.kind === 'alias' ? finding.answer.targets[0] : undefined;
      return { ...serverVerdict(finding.asked, judgement, finding), aliasTo };
    }),
  );
  return { servers, warnings: [...warnings] };
};
