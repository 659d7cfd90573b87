import { type Endpoint, formatEndpoint } from './endpoint';
import { LIMITS } from './limits';
import { isPlainName, type Question, type Reply, sameName } from './message';
import { inWords } from './problem';
import type { Round } from './round';

/** After that, the next resolver is asked as well. */
const HEDGE_MS = 250;

/** Types of addresses that are looked up: those of one group at once, those of the next where there are none. */
export type AddressTypes = readonly (readonly ('A' | 'AAAA')[])[];

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
  private readonly anyAddresses = new Map<string, Promise<readonly string[]>>();

  constructor(
    private readonly round: Round,
    private readonly resolvers: readonly Endpoint[],
    private readonly types: AddressTypes,
  ) {}

  /** Names of the servers of `zone`, in lower case; empty if there is no such zone. */
  nameserversOf(zone: string): Promise<readonly string[] | { problem: string }> {
    return once(this.nameservers, zone, async () => {
      const found = await this.lookup({ name: zone, type: 'NS', recursionDesired: true });
      return 'problem' in found ? found : recordsIn(found.reply, 'NS', zone);
    });
  }

  /** Addresses of a name server; empty if there are none, or nobody knows. */
  addressesOf(host: string): Promise<readonly string[]> {
    return this.lookUp(this.addresses, host, this.types);
  }

  /** The same where one address is as good as another: IPv4 first. */
  someAddressesOf(host: string): Promise<readonly string[]> {
    return this.lookUp(
      this.anyAddresses,
      host,
      this.types
        .flat()
        .sort()
        .map((type) => [type]),
    );
  }

  private lookUp(
    known: Map<string, Promise<readonly string[]>>,
    host: string,
    types: AddressTypes,
  ): Promise<readonly string[]> {
    const lookups = this.addresses.size + this.anyAddresses.size;
    if (!known.has(host.toLowerCase()) && lookups >= LIMITS.hostLookups) {
      this.round.exceed('hostLookups');
      return Promise.resolve([]);
    }
    return once(known, host, async () => {
      // A name that nobody can have is nobody's: asking for it is of no use.
      if (!isPlainName(host)) return [];
      for (const together of types) {
        const lookups = together.map(async (type) => {
          const found = await this.lookup({ name: host, type, recursionDesired: true });
          return 'problem' in found ? [] : recordsIn(found.reply, type);
        });
        const found = (await Promise.all(lookups)).flat();
        if (found.length > 0) return found;
      }
      return [];
    });
  }

  /** The first resolver that knows decides. */
  private async lookup(question: Question): Promise<Lookup> {
    const problems: string[] = [];
    const order = this.round.inOrderOfPreference(this.resolvers);
    const attempts = order.map((resolver) => async (): Promise<Reply | undefined> => {
      const result = await this.round.ask(resolver, question);
      if ('reply' in result && ['NOERROR', 'NXDOMAIN'].includes(result.reply.rcode)) return result.reply;
      const problem =
        'reply' in result ? inWords({ kind: 'rcode', rcode: result.reply.rcode }) : inWords(result.problem);
      problems.push(`resolver ${formatEndpoint(resolver)} ${problem}`);
      return undefined;
    });
    const reply = await hedged(attempts, HEDGE_MS, (index) => this.round.noteSlow(order[index]!));
    return reply ? { reply } : { problem: problems.join('; ') };
  }
}

/** Data of the records of a type, in lower case; at one name, or at whatever an alias led to. */
const recordsIn = (reply: Reply, type: 'NS' | 'A' | 'AAAA', owner?: string): string[] =>
  reply.answers.flatMap((record) =>
    record.type === type && record.class === 'IN' && (owner === undefined || sameName(record.name, owner))
      ? [record.data.toLowerCase()]
      : [],
  );

const once = <T>(known: Map<string, Promise<T>>, name: string, find: () => Promise<T>): Promise<T> => {
  const key = name.toLowerCase();
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
};

/**
 * Tries one thing after another without waiting long for any: the next begins when one has failed, or when `hedgeMs` have
 * passed. An attempt fails by resolving to undefined; it must not reject.
 *
 * @returns the first success, or undefined when all have failed
 */
export const hedged = <T>(
  attempts: readonly (() => Promise<T | undefined>)[],
  hedgeMs: number,
  /** Told which attempt was overtaken. */
  overtaken: (index: number) => void = () => {},
): Promise<T | undefined> =>
  new Promise((resolve) => {
    let begun = 0;
    let failed = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: T | undefined): void => {
      clearTimeout(timer);
      begun = attempts.length;
      resolve(result);
    };
    const begin = (): void => {
      clearTimeout(timer);
      const index = begun;
      const attempt = attempts[index];
      if (!attempt) return;
      begun += 1;
      timer = setTimeout(() => {
        overtaken(index);
        begin();
      }, hedgeMs);
      attempt().then((result) => {
        if (result !== undefined) return finish(result);
        failed += 1;
        if (failed === attempts.length) finish(undefined);
        else begin();
      });
    };
    if (attempts.length === 0) finish(undefined);
    else begin();
  });
