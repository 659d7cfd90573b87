import { isIPv4 } from 'node:net';
import type { Problem } from '../dns-verdicts';
import type { ResolverProblem } from '../words/gate';
import { addressesIn, nameserversIn, type Referral } from './answer';
import type { Round } from './ask';
import { isPlainName, type Question, type Reply } from './codec';
import { type Endpoint, formatEndpoint, hasIPv6 } from './endpoint';

/** Time after which the next resolver is asked in addition to a slow one. */
export const RESOLVER_PATIENCE_MS = 500;

type Why = {
  /** The reason why no resolver knows the servers. */
  readonly failed?: readonly ResolverProblem[];
};

/**
 * Finds servers and their addresses through resolvers. Asks them only for records that exist: the NS records of the topmost
 * two labels, and the addresses of name servers. It never asks for the record's name or a name above it that may not exist
 * yet, since a resolver would cache for minutes that there is nothing at the name (RFC 2308) and below it (RFC 8020), and
 * SES's own check would get that answer.
 */
export class Directory {
  /** Addresses from referrals, by host. */
  private readonly glue = new Map<string, Set<string>>();

  /** Resolvers that have let a question wait in this round. */
  private readonly slow = new Set<Endpoint>();

  /** If the machine has no IPv6, a server's IPv6 addresses are looked up only if it has no others. */
  private readonly hasIPv6: boolean;

  constructor(
    private readonly round: Round,
    readonly resolvers: readonly Endpoint[],
  ) {
    this.hasIPv6 = (round.world.hasIPv6 ?? hasIPv6)();
  }

  /** Finds the servers of a zone. Returns none if the zone does not exist. */
  async nameserversOf(zone: string): Promise<Referral & Why> {
    const { answers, failed } = await this.lookUp(zone, 'NS');
    return { zone, nameservers: nameserversIn(answers, zone), failed };
  }

  /** Finds the addresses of a name server, IPv4 first; an empty list if it has none or no resolver answers. */
  async addressesOf(host: string): Promise<readonly string[]> {
    if (!isPlainName(host)) return [];
    const find = async (type: 'A' | 'AAAA'): Promise<readonly string[]> =>
      addressesIn((await this.lookUp(host, type)).answers);
    const asked = await Promise.all(this.hasIPv6 ? [find('A'), find('AAAA')] : [find('A')]);
    const found = [...new Set([...asked.flat(), ...(this.glue.get(host) ?? [])])];
    if (this.hasIPv6) return found;
    if (found.length === 0) return find('AAAA');
    const four = found.filter(isIPv4);
    return four.length > 0 ? four : found;
  }

  /** Returns the addresses from referrals so far that this machine can reach. */
  learnedAddressesOf(host: string): readonly string[] {
    if (!isPlainName(host)) return [];
    const learned = [...(this.glue.get(host) ?? [])];
    return this.hasIPv6 ? learned : learned.filter(isIPv4);
  }

  /** Records the addresses in a referral. Returns the hosts with a new address. */
  learn(glue: Referral['glue'] = new Map()): readonly string[] {
    const isNew = ([host, addresses]: readonly [string, readonly string[]]): boolean =>
      addresses.some((address) => !this.glue.get(host)?.has(address));
    const news = [...glue].filter(isNew);
    for (const [host, addresses] of news)
      this.glue.set(host, new Set([...(this.glue.get(host) ?? []), ...addresses]));
    return news.map(([host]) => host);
  }

  /** Asks one resolver after another: the next one if a resolver does not know or takes long. The first answer decides. */
  private async lookUp(name: string, type: Question['type']): Promise<Pick<Reply, 'answers'> & Why> {
    const asked: Promise<Reply>[] = [];
    for (const resolver of this.inTurn()) {
      const asking = this.askResolver(resolver, { name, type, recursionDesired: true });
      asked.push(asking);
      const either = [Promise.any(asked), asking].map((reply) => isFulfilled(reply));
      const isKnown = await this.round.within(Promise.race(either), RESOLVER_PATIENCE_MS);
      if (isKnown === 'late') this.slow.add(resolver);
      else if (isKnown) break;
    }
    try {
      return await Promise.any(asked);
    } catch (error) {
      return { answers: [], failed: (error as AggregateError).errors.map(({ why }: ResolverFailed) => why) };
    }
  }

  /** Returns the resolvers, first those that have made no question wait in this round. */
  private inTurn(): readonly Endpoint[] {
    const isSlow = (resolver: Endpoint): boolean => this.slow.has(resolver);
    return [...this.resolvers.filter((each) => !isSlow(each)), ...this.resolvers.filter(isSlow)];
  }

  /** Asks one resolver. @throws ResolverFailed */
  private async askResolver(resolver: Endpoint, question: Question): Promise<Reply> {
    const result = await this.round.ask(resolver, question);
    if ('reply' in result && ['NOERROR', 'NXDOMAIN'].includes(result.reply.rcode)) return result.reply;
    const problem: Problem =
      'reply' in result ? { kind: 'rcode', rcode: result.reply.rcode } : result.problem;
    throw new ResolverFailed({ address: formatEndpoint(resolver), problem });
  }
}

/** Thrown if a resolver does not know an answer. */
class ResolverFailed extends Error {
  constructor(readonly why: ResolverProblem) {
    super(why.problem.kind);
  }
}

function isFulfilled(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}
