import type { RsaPublicKey } from '../key/public-key';
import { MAX_ALIASES, type NameFindings } from './exploration';
import { type Judgement, judge, serverVerdict } from './judge';
import type { Finding } from './level';
import type { ServerVerdict } from './outcome';

export interface Verdicts {
  readonly servers: readonly ServerVerdict[];
  readonly warnings: readonly string[];
}

/** Of several servers that answer for one name, the one that stands in the way decides. */
const WORST_FIRST = ['invalid', 'other-value', 'missing', 'ready'] as const;

/** Judges what every server said, aliases by what is found at their end. */
export const judgeFindings = (names: ReadonlyMap<string, NameFindings>, expected: RsaPublicKey): Verdicts => {
  const known = new Map<string, Judgement | undefined>();

  const judgeAlias = (target: string, path: readonly string[]): Judgement => {
    if (path.includes(target)) {
      return {
        verdict: 'invalid',
        reason: `has an alias that leads back to itself: ${[...path, target].join(' → ')}`,
      };
    }
    if (!names.has(target)) {
      return { verdict: 'invalid', reason: `has a chain of more than ${MAX_ALIASES} aliases` };
    }
    const end = judgeName(target, path);
    if (!end) {
      return {
        verdict: 'unreachable',
        reason: `has an alias to ${target}, and no server of that name answers`,
      };
    }
    return { ...end, reason: `has an alias to ${target}, whose server ${end.reason}` };
  };

  const judgeFinding = ({ answer }: Finding, path: readonly string[]): Judgement =>
    answer.kind === 'alias' ? judgeAlias(answer.target, path) : judge(answer, expected);

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
  const warnings = new Set([...names.values()].flatMap((found) => found.warnings));
  const servers = [...names].flatMap(([name, { findings }]) =>
    findings.map((finding) => {
      const judgement = judgeFinding(finding, [name]);
      for (const warning of judgement.warnings ?? []) warnings.add(warning);
      const aside = name === recordName ? '' : ` (asked for ${name})`;
      return serverVerdict(finding.asked, { ...judgement, reason: `${judgement.reason}${aside}` }, finding);
    }),
  );
  return { servers, warnings: [...warnings] };
};
