import type { TxtAnswer } from './answer';
import { type Judgement, serverVerdict, unreachable } from './judge';
import type { Finding } from './level';
import { LIMITS } from './limits';
import type { NameFindings } from './name-search';
import type { ServerVerdict } from './outcome';
import { LIMIT_WORDS } from './problem';

export interface Verdicts {
  readonly servers: readonly ServerVerdict[];
  readonly warnings: readonly string[];
}

/** Of several servers that answer for one name, the one that stands in the way decides. */
const WORST_FIRST = ['invalid', 'other-value', 'missing', 'ready'] as const;

const TOO_LONG: Judgement = { verdict: 'invalid', reason: LIMIT_WORDS.aliasesInChain };

/** Judges what every server said, aliases by what is found at their end. */
export const judgeFindings = (
  names: ReadonlyMap<string, NameFindings>,
  judge: (answer: TxtAnswer) => Judgement,
): Verdicts => {
  const known = new Map<string, Judgement | undefined>();

  const judgeAlias = (
    { targets, atEnd }: Extract<TxtAnswer, { kind: 'alias' }>,
    path: readonly string[],
  ): Judgement => {
    const target = targets.at(-1)!;
    if (targets.length > LIMITS.aliasesInChain) return TOO_LONG;
    if (atEnd) {
      const end = judge(atEnd);
      return { ...end, reason: `has an alias to ${target}, whose server ${end.reason}` };
    }
    if (path.includes(target)) {
      return {
        verdict: 'invalid',
        reason: `has an alias that leads back to itself: ${[...path, target].join(' → ')}`,
      };
    }
    if (!names.has(target)) {
      return names.size >= LIMITS.names ? unreachable({ kind: 'limit', limit: 'names' }) : TOO_LONG;
    }
    const end = judgeName(target, path);
    if (!end) return unreachable({ kind: 'alias-unanswered', target });
    return { ...end, reason: `has an alias to ${target}, whose server ${end.reason}` };
  };

  const judgeFinding = ({ answer }: Finding, path: readonly string[]): Judgement =>
    answer.kind === 'alias' ? judgeAlias(answer, path) : judge(answer);

  /** The judgement that stands for all servers of a name; undefined if none answers. */
  const judgeName = (name: string, path: readonly string[]): Judgement | undefined => {
    // Every server of a name may have the same alias: without this, a chain would be walked servers^hops times.
    if (known.has(name)) return known.get(name);
    const judgement = worstOf(name, path);
    known.set(name, judgement);
    return judgement;
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
      if (name === recordName) {
        const alias = finding.answer.kind === 'alias' ? { aliasTo: finding.answer.targets[0]! } : {};
        return { ...serverVerdict(finding.asked, judgement, finding), ...alias };
      }
      const reason = `${judgement.reason} (asked for ${name})`;
      return serverVerdict(finding.asked, { ...judgement, reason }, finding, name);
    }),
  );
  return { servers, warnings: [...warnings] };
};
