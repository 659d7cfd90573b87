import { type Delegation, type Finding, failure, type Judgement, type TxtAnswer } from './answer';
import { type Endpoint, formatEndpoint } from './endpoint';
import { hedged } from './inquiry';
import { LIMITS } from './limits';
import { isPlainName, type Question, type Reply, type ResourceRecord, sameName } from './message';
import { inWords, isServfail } from './outcome';
import type { Round, Task } from './round';

/** After that, the next resolver is asked as well. */
const HEDGE_MS = 250;

/** Which addresses of a server are asked; `ipv4-first`: IPv6 ones only where it has no others. */
export type Family = 'any' | 'ipv4' | 'ipv6' | 'ipv4-first';

/** Types of addresses that are looked up: those of one group at once, those of the next where there are none. */
const ADDRESS_TYPES = {
  any: [['A', 'AAAA']],
  ipv4: [['A']],
  ipv6: [['AAAA']],
  'ipv4-first': [['A'], ['AAAA']],
} as const;

type AddressTypes = readonly (readonly ('A' | 'AAAA')[])[];

/** What the first resolver that knows has answered; `problem`: none does. */
interface Lookup {
  readonly answers: readonly ResourceRecord[];
  readonly problem?: string;
}

/**
 * Finds servers and their addresses through resolvers. Resolvers are asked only for what exists: the NS of the topmost
 * two labels, and the addresses of name servers. Never for the record's name or for one above it that may not exist
 * yet: a resolver would remember for minutes that there is nothing, at the name (RFC 2308) and below it (RFC 8020),
 * which is just what SES's own check must not meet.
 */
export class Bootstrap {
  private readonly nameservers = new Map<string, ReturnType<Bootstrap['nameserversOf']>>();
  /** By host and types. */
  private readonly addresses = new Map<string, Promise<readonly string[]>>();
  private readonly types: AddressTypes;

  constructor(
    private readonly round: Round,
    private readonly resolvers: readonly Endpoint[],
    family: Family,
  ) {
    this.types = ADDRESS_TYPES[family];
  }

  /** Who serves `zone`: nobody if there is no such zone. */
  nameserversOf(zone: string): Promise<Delegation & Pick<Lookup, 'problem'>> {
    return once(this.nameservers, zone, async () => {
      const { answers, problem } = await this.lookup({ name: zone, type: 'NS', recursionDesired: true });
      return { zone, nameservers: recordsIn(answers, 'NS', zone), problem };
    });
  }

  /** Addresses of a name server; empty if there are none, or nobody knows. */
  addressesOf(host: string): Promise<readonly string[]> {
    return this.lookUp(host, this.types);
  }

  /** The same where one address is as good as another: IPv4 first. */
  someAddressesOf(host: string): Promise<readonly string[]> {
    const oneByOne = this.types.flat().sort();
    return this.lookUp(
      host,
      oneByOne.map((type) => [type]),
    );
  }

  private lookUp(host: string, types: AddressTypes): Promise<readonly string[]> {
    const asked = `${host} ${types.join(' ')}`;
    if (!this.addresses.has(asked.toLowerCase()) && this.addresses.size >= LIMITS.hostLookups) {
      this.round.exceeded.add('hostLookups');
      return Promise.resolve([]);
    }
    return once(this.addresses, asked, async () => {
      // A name that nobody can have is nobody's: asking for it is of no use.
      if (!isPlainName(host)) return [];
      for (const together of types) {
        const lookups = together.map(async (type) => {
          const { answers } = await this.lookup({ name: host, type, recursionDesired: true });
          return recordsIn(answers, type);
        });
        const found = (await Promise.all(lookups)).flat();
        if (found.length > 0) return found;
      }
      return [];
    });
  }

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
    return reply ?? { answers: [], problem: problems.join('; ') };
  }
}

/** Data of the records of a type, in lower case; at one name, or at whatever an alias led to. */
const recordsIn = (answers: readonly ResourceRecord[], type: 'NS' | 'A' | 'AAAA', owner?: string): string[] =>
  answers.flatMap((record) =>
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

/** Asks recursive resolvers for the record. */
export class ResolverStage {
  private readonly said = new Map<Endpoint, Finding>();

  constructor(
    private readonly round: Round,
    private readonly resolvers: readonly Endpoint[],
    private readonly recordName: string,
    private readonly judge: (answer: TxtAnswer) => Judgement,
  ) {}

  /** @param enoughIsOne whether one resolver that sees the record is enough not to wait for the others */
  begin(enoughIsOne: boolean): void {
    const tasks: Task[] = [];
    for (const resolver of this.resolvers) {
      const work = async (): Promise<void> => {
        if ((await this.sees(resolver)) && enoughIsOne) for (const task of tasks) task.demote();
      };
      tasks.push(this.round.tasks.run(this.round.isResponsive(resolver), work));
    }
  }

  private async sees(endpoint: Endpoint): Promise<boolean> {
    const { answer, roundTripMs } = await this.round.askForTexts(endpoint, this.recordName, 'recursive');
    this.said.set(endpoint, { endpoint, answer, roundTripMs });
    const { verdict, problem } = this.judge(answer);
    if (!isServfail(problem)) return verdict === 'ready';
    // With checking disabled a validating resolver shows what it would not vouch for.
    const unchecked = await this.round.askForTexts(endpoint, this.recordName, 'recursive', true);
    if (this.judge(unchecked.answer).verdict === 'ready')
      this.said.set(endpoint, { endpoint, answer: failure({ kind: 'dnssec-bogus' }), roundTripMs });
    return false;
  }

  /** In the order of the resolvers. */
  findings(): readonly Finding[] {
    const answer = failure({ kind: 'not-waited-for' });
    return this.resolvers.map((endpoint) => this.said.get(endpoint) ?? { endpoint, answer, roundTripMs: 0 });
  }
}
