/** What is asked of recursive resolvers: where servers are, and in the end whether they see the record. */
import { isIPv4 } from 'node:net';
import {
  type Asked,
  addressesIn,
  type Content,
  contentOf,
  type Delegation,
  failure,
  nameserversIn,
  type RecordQuestion,
} from './answer';
import type { Round } from './ask';
import { isPlainName, type Question, type ResourceRecord } from './codec';
import { type Endpoint, formatEndpoint } from './endpoint';
import { describeProblem, isServfail, type Problem } from './outcome';

/**
 * Finds servers and their addresses through resolvers. Asks them only for what exists: the NS records of the topmost two
 * labels, and the addresses of name servers. Never for the record's name or one above it that may not exist yet: a
 * resolver would cache for minutes that there is nothing, at the name (RFC 2308) and below it (RFC 8020), and SES's own
 * check would meet that.
 */
export class Directory {
  /** Addresses that came with referrals, by host. */
  private readonly glue = new Map<string, Set<string>>();

  constructor(
    private readonly round: Round,
    private readonly resolvers: readonly Endpoint[],
    /** If the machine has no IPv6, a server's IPv6 addresses are looked up only if it has no others. */
    private readonly hasIPv6: boolean,
  ) {}

  /** Finds the servers of a zone: none if there is no such zone; `problem`: no resolver answers. */
  async nameserversOf(zone: string): Promise<Delegation & { readonly problem?: string }> {
    const { answers, problem } = await this.lookUp(zone, 'NS');
    return { zone, nameservers: nameserversIn(answers, zone), problem };
  }

  /** Finds the addresses of a name server, IPv4 first; none if there are none, or no resolver answers. */
  async addressesOf(host: string): Promise<readonly string[]> {
    if (!isPlainName(host)) return [];
    const find = async (type: 'A' | 'AAAA'): Promise<readonly string[]> =>
      addressesIn((await this.lookUp(host, type)).answers);
    let found: readonly string[];
    if (this.hasIPv6) found = (await Promise.all([find('A'), find('AAAA')])).flat();
    else {
      found = await find('A');
      if (found.length === 0 && !this.glue.has(host)) found = await find('AAAA');
    }
    return [...new Set([...found, ...this.reachable([...(this.glue.get(host) ?? [])])])];
  }

  /** Adds addresses that came with a referral, and returns those that are to be asked. */
  learn(host: string, addresses: readonly string[]): readonly string[] {
    if (addresses.length === 0) return [];
    this.glue.set(host, new Set([...(this.glue.get(host) ?? []), ...addresses]));
    return this.reachable(addresses);
  }

  private reachable(addresses: readonly string[]): readonly string[] {
    const four = this.hasIPv6 ? [] : addresses.filter(isIPv4);
    return four.length > 0 ? four : addresses;
  }

  /** Asks resolvers until one knows. */
  private async lookUp(
    name: string,
    type: Question['type'],
  ): Promise<{ readonly answers: readonly ResourceRecord[]; readonly problem?: string }> {
    const problems: string[] = [];
    const question = { name, type, recursionDesired: true };
    const found = await this.round.askInTurn(this.resolvers, question, (result, resolver) => {
      if ('reply' in result && ['NOERROR', 'NXDOMAIN'].includes(result.reply.rcode)) return result.reply;
      const problem: Problem =
        'reply' in result ? { kind: 'rcode', rcode: result.reply.rcode } : result.problem;
      problems.push(`resolver ${formatEndpoint(resolver)} ${describeProblem(problem)}`);
      return undefined;
    });
    return found ?? { answers: [], problem: problems.join('; ') };
  }
}

/** Which answers of a resolver count. */
export interface Expected {
  /** Whether it is the record that is looked for: a resolver that shows it only unchecked fails by DNSSEC. */
  readonly isRecord?: (content: Content) => boolean;
  /** Whether the other resolvers need not answer then. */
  readonly isEnough?: (content: Content) => boolean;
}

/** Asks recursive resolvers for records. */
export async function askResolvers(
  round: Round,
  resolvers: readonly Endpoint[],
  question: RecordQuestion,
  { isRecord = ({ values }) => values.length > 0, isEnough = () => false }: Expected = {},
): Promise<readonly Asked[]> {
  let timer: NodeJS.Timeout | undefined;
  let passOver = (): void => {};
  const isPassedOver = new Promise<void>((resolve) => {
    passOver = resolve;
  });
  const ask = async (endpoint: Endpoint): Promise<Asked> => {
    const { answer, roundTripMs } = await round.askForRecords(endpoint, question, 'recursive');
    if (isEnough(contentOf(answer))) timer ??= setTimeout(passOver, round.graceMs);
    if (answer.kind !== 'failure' || !isServfail(answer.problem)) return { endpoint, answer, roundTripMs };
    // With checking disabled, a validating resolver answers with data that fails validation.
    const unchecked = await round.askForRecords(endpoint, question, 'recursive', true);
    const isBogus = isRecord(contentOf(unchecked.answer));
    return { endpoint, answer: isBogus ? failure({ kind: 'dnssec-bogus' }) : answer, roundTripMs };
  };
  const notWaitedFor = { answer: failure({ kind: 'not-waited-for' }), roundTripMs: round.graceMs };
  const asked = resolvers.map((endpoint) =>
    Promise.race([ask(endpoint), isPassedOver.then(() => ({ endpoint, ...notWaitedFor }))]),
  );
  const answers = await Promise.all(asked);
  clearTimeout(timer);
  return answers;
}
