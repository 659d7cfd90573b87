import { type Finding, isWithin, type TxtAnswer } from './answer';
import type { SocketEndpoint } from './endpoint';
import { Inquiry } from './inquiry';
import { LIMITS } from './limits';
import { isPlainName } from './message';
import type { NameFindings } from './name-findings';
import { NameSearch, type SearchEvents } from './name-search';
import type { Network } from './visits';
import { askLocation } from './zone';

type Alias = Extract<TxtAnswer, { kind: 'alias' }>;

/** A name that is looked for. */
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
    /** Told of every question and answer, and how many aliases away from the record's name it was. */
    private readonly told: {
      readonly asked: (depth: number, ...question: Parameters<SearchEvents['asked']>) => void;
      readonly answered: (depth: number, ...answer: Parameters<SearchEvents['answered']>) => void;
    },
  ) {}

  begin(recordName: string): void {
    this.search(recordName, 0);
  }

  private search(name: string, depth: number): void {
    if (depth > LIMITS.aliasesInChain || this.branches.has(name) || !isPlainName(name)) return;
    if (this.branches.size >= LIMITS.names) {
      this.network.round.exceed('names');
      return;
    }
    const search = new NameSearch(name, this.network, {
      asked: (...question) => this.told.asked(depth, ...question),
      answered: (endpoint, answer, zone) => {
        this.told.answered(depth, endpoint, answer, zone);
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
    inquiry.offer(endpoint, true);
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
const vouchedFor = <Located extends Finding & { readonly zone: string }>(
  finding: Located,
  branch: Branch,
): Located => {
  const { answer, zone } = finding;
  if (answer.kind !== 'alias') return finding;
  if (isVouchedFor(branch, answer, zone)) return finding;
  const { atEnd: _, ...alias } = answer;
  return { ...finding, answer: { ...alias, targets: answer.targets.slice(0, within(answer, zone) + 1) } };
};
