import { type Endpoint, formatEndpoint } from './endpoint';
import { hedged } from './hedge';
import { type Question, type Reply, sameName } from './message';
import type { Round } from './round';

/** After that, the next resolver is asked as well. */
const HEDGE_MS = 250;

type Lookup = { readonly reply: Reply } | { readonly problem: string };

/**
 * Finds servers and their addresses through resolvers. Resolvers are asked only for what exists: the NS of the topmost
 * two labels, and the addresses of name servers. Never for the record's name or for one above it that may not exist
 * yet: a resolver would remember for minutes that there is nothing, at the name (RFC 2308) and below it (RFC 8020),
 * which is just what SES's own check must not meet.
 */
export class Bootstrap {
  private readonly nameservers = new Map<string, Promise<readonly string[] | { problem: string }>>();
  private readonly addresses = new Map<string, Promise<readonly string[]>>();

  constructor(
    private readonly round: Round,
    private readonly resolvers: readonly Endpoint[],
  ) {}

  /** Names of the servers of `zone`, in lower case; empty if there is no such zone. */
  nameserversOf(zone: string): Promise<readonly string[] | { problem: string }> {
    return once(this.nameservers, zone, async () => {
      const found = await this.lookup({ name: zone, type: 'NS', recursionDesired: true });
      return 'problem' in found ? found : recordsIn(found.reply, 'NS', zone);
    });
  }

  /** IPv4 and IPv6 addresses of a name server; empty if there are none, or nobody knows. */
  addressesOf(host: string): Promise<readonly string[]> {
    return once(this.addresses, host, async () => {
      const lookups = (['A', 'AAAA'] as const).map(async (type) => {
        const found = await this.lookup({ name: host, type, recursionDesired: true });
        return 'problem' in found ? [] : recordsIn(found.reply, type);
      });
      return (await Promise.all(lookups)).flat();
    });
  }

  /** The first resolver that knows decides. */
  private async lookup(question: Question): Promise<Lookup> {
    const problems: string[] = [];
    const order = this.round.inOrderOfPreference(this.resolvers);
    const attempts = order.map((resolver) => async (): Promise<Reply | undefined> => {
      const result = await this.round.ask(resolver, question);
      if ('reply' in result && ['NOERROR', 'NXDOMAIN'].includes(result.reply.rcode)) return result.reply;
      const problem = 'reply' in result ? `answers ${result.reply.rcode}` : result.problem;
      problems.push(`resolver ${formatEndpoint(resolver)} ${problem}`);
      return undefined;
    });
    const reply = await hedged(attempts, HEDGE_MS, (index) => this.round.noteSlow(order[index]!));
    return reply ? { reply } : { problem: problems.join('; ') };
  }
}

/** Data of the records of a type, in lower case; at one name, or at whatever an alias led to. */
const recordsIn = (reply: Reply, type: 'NS' | 'A' | 'AAAA', owner?: string): string[] =>
  reply.answers
    .filter((record) => record.type === type && (owner === undefined || sameName(record.name, owner)))
    .map((record) => String((record as { data: unknown }).data).toLowerCase());

const once = <T>(known: Map<string, Promise<T>>, name: string, find: () => Promise<T>): Promise<T> => {
  const key = name.toLowerCase();
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
};
