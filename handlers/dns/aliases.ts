import { type Finding, isWithin, type Judgement, type TxtAnswer, unreachable } from './answer';
import { formatEndpoint, type SocketEndpoint } from './endpoint';
import type { HintSearch } from './hints';
import { Inquiry } from './inquiry';
import { LIMIT_WORDS, LIMITS } from './limits';
import { isPlainName } from './message';
import { type NameFindings, NameSearch } from './name-search';
import type { Role, ServerVerdict } from './outcome';
import { askLocation, type LocatedFinding, type Network } from './zone';

type Alias = Extract<TxtAnswer, { kind: 'alias' }>;

interface Branch {
  readonly search: NameSearch;
  /** Aliases on the way to it from the record's name. */
  readonly depth: number;
  /** Ends of its aliases that lie in a zone of their own: who has the alias cannot vouch for them. */
  readonly cutOff: Set<string>;
  readonly ends: Map<string, Inquiry>;
}

/** How many of an answer's targets lie in the zone that it comes from; those behind them are others' to tell. */
const within = ({ targets }: Alias, zone: string): number => {
  const outside = targets.findIndex((target) => !isWithin(target, zone));
  return outside < 0 ? targets.length : outside;
};

/** Whether who has the alias may vouch for what it shows at its end. */
const isVouchedFor = ({ depth, cutOff }: Branch, alias: Alias, zone: string): boolean =>
  alias.atEnd !== undefined &&
  within(alias, zone) === alias.targets.length &&
  !cutOff.has(alias.targets.at(-1)!) &&
  depth + alias.targets.length <= LIMITS.aliasesInChain;

/** Looks for the record's name, and for every name that an alias of it leads to; each once. */
export class Exploration {
  private readonly branches = new Map<string, Branch>();

  constructor(
    private readonly network: Network,
    /** Replace discovery; empty: discover. */
    private readonly nameservers: readonly SocketEndpoint[],
    /** Whether there are resolvers to discover with. */
    private readonly canDiscover: boolean,
    /** Where the record may be instead is looked for as well. */
    private readonly hints: HintSearch | undefined,
  ) {}

  /** @param depth aliases on the way to it from the record's name */
  search(name: string, depth = 0): void {
    if (depth > LIMITS.aliasesInChain || this.branches.has(name) || !isPlainName(name)) return;
    if (this.branches.size >= LIMITS.names) {
      this.network.round.exceeded.add('names');
      return;
    }
    const search = new NameSearch(name, this.network, {
      asked: (...question) => this.hints?.asked(depth, ...question),
      answered: (endpoint, answer, zone) => {
        this.hints?.answered(depth, endpoint, answer, zone);
        if (answer.kind === 'alias') this.follow(branch, endpoint, answer, zone);
      },
    });
    const branch: Branch = { search, depth, cutOff: new Set(), ends: new Map() };
    this.branches.set(name, branch);
    if (this.nameservers.length === 0) search.begin();
    else search.beginAt(this.nameservers, depth > 0 && this.canDiscover);
  }

  /** Goes where aliases lead; all that one answer holds at once. */
  private follow(branch: Branch, endpoint: SocketEndpoint, alias: Alias, zone: string): void {
    const { targets } = alias;
    const searchFrom = (at: number): void => {
      for (const [hop, target] of targets.entries()) {
        if (hop >= at) this.search(target, branch.depth + hop + 1);
      }
    };
    const last = targets.length - 1;
    if (!isVouchedFor(branch, alias, zone)) {
      searchFrom(Math.min(within(alias, zone), last));
      return;
    }
    const end = targets[last]!;
    // It is its own zone's data, unless another zone begins on the way: some of the servers are asked for that.
    if (zone === '') return;
    const inquiry =
      branch.ends.get(end) ??
      new Inquiry(this.network.round, async (server) => {
        const location = await askLocation(this.network.round, server, end, zone);
        branch.search.noteAbsence(location?.absenceSeconds);
        if (location === undefined) return false;
        if (location.apex === zone) return true;
        branch.cutOff.add(end);
        searchFrom(last);
        return true;
      });
    branch.ends.set(end, inquiry);
    inquiry.offer(endpoint);
  }

  /** What was found, by name: the record's own first, then the others in one order, whichever alias came first. */
  results(): ReadonlyMap<string, NameFindings> {
    const [own, ...others] = this.branches;
    return new Map(
      [...(own ? [own] : []), ...others.sort(([a], [b]) => a.localeCompare(b))].map(([name, branch]) => {
        const results = branch.search.results();
        const findings = results.findings.map((finding) => vouchedFor(finding, branch));
        return [name, { ...results, findings }];
      }),
    );
  }
}

/** Without what a server shows at the end of an alias, where that is not its own to tell. */
const vouchedFor = (finding: LocatedFinding, branch: Branch): LocatedFinding => {
  const { answer, zone } = finding;
  if (answer.kind !== 'alias' || isVouchedFor(branch, answer, zone)) return finding;
  const { atEnd: _, ...alias } = answer;
  return { ...finding, answer: { ...alias, targets: answer.targets.slice(0, within(answer, zone) + 1) } };
};

/** Of several servers that answer for one name, the one that stands in the way decides. */
const WORST_FIRST = ['invalid', 'other-value', 'missing', 'ready'] as const;

const TOO_LONG: Judgement = { verdict: 'invalid', reason: LIMIT_WORDS.aliasesInChain };

/** Judges what every server said, aliases by what is found at their end. The record's own name is the first. */
export const judgeFindings = (
  names: ReadonlyMap<string, { readonly findings: readonly Finding[] }>,
  role: Role,
  judge: (answer: TxtAnswer) => Judgement,
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

  const judgeOne = (answer: TxtAnswer, path: readonly string[]): Judgement =>
    answer.kind === 'alias' ? judgeAlias(answer, path) : judge(answer);

  /** The judgement that stands for all servers of a name; undefined if none answers. */
  const judgeName = (name: string, path: readonly string[]): Judgement | undefined => {
    // Every server of a name may have the same alias: without this, a chain would be walked servers^hops times.
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
