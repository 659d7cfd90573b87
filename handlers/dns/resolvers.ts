import { isIPv4 } from 'node:net';
import {
  addressesIn,
  type Delegation,
  type Finding,
  failure,
  nameserversIn,
  type RecordQuestion,
} from './answer';
import { type Endpoint, formatEndpoint } from './endpoint';
import { hedged } from './hedge';
import { isPlainName, type Question, type Reply, type ResourceRecord } from './message';
import { inWords, isServfail } from './outcome';
import type { AnswerReply, IsNeeded, Round } from './round';
import { type Content, contentOf, type ServerAnswer, serverAnswers } from './server-answer';

/** After so long the next resolver is asked as well. */
const HEDGE_MS = 250;

/** Delegation of a zone as resolvers know it. */
interface KnownDelegation extends Delegation {
  /** Why no resolver answers. */
  readonly problem?: string;
}

/**
 * Finds servers and their addresses through resolvers. Asks them only for what exists: the NS records of the topmost two
 * labels, and the addresses of name servers. Never for the record's name or one above it that may not exist yet: a
 * resolver would cache for minutes that there is nothing, at the name (RFC 2308) and below it (RFC 8020), and SES's own
 * check would meet that.
 */
export class ResolverLookup {
  /** Addresses that came with referrals, by host. */
  private readonly glue = new Map<string, Set<string>>();

  constructor(
    private readonly round: Round,
    private readonly resolvers: readonly Endpoint[],
    /** Where the machine has no IPv6, a server's IPv6 addresses are looked up only if it has no others. */
    private readonly hasIPv6: boolean,
  ) {}

  /** Finds the servers of a zone: none if there is no such zone. */
  async nameserversOf(zone: string): Promise<KnownDelegation> {
    const { answers, problem } = await this.lookUp(zone, 'NS');
    return { zone, nameservers: nameserversIn(answers, zone), problem };
  }

  /** Finds the addresses of a name server, IPv4 first; none if there are none, or no resolver answers. */
  async addressesOf(host: string, isNeeded?: IsNeeded): Promise<readonly string[]> {
    if (!isPlainName(host)) return [];
    const hasGlue = (): boolean => this.glue.has(host);
    const find = async (type: 'A' | 'AAAA'): Promise<readonly string[]> => {
      const { answers } = await this.lookUp(host, type, () => !hasGlue() && (isNeeded?.() ?? true));
      return addressesIn(answers);
    };
    let found: readonly string[];
    if (this.hasIPv6) found = (await Promise.all([find('A'), find('AAAA')])).flat();
    else {
      found = await find('A');
      if (found.length === 0 && !hasGlue()) found = await find('AAAA');
    }
    return [...new Set([...found, ...this.reachable([...(this.glue.get(host) ?? [])])])];
  }

  /**
   * Adds addresses that came with a referral. They are enough to go on, but need not be all: resolvers are then waited for
   * no longer than the grace.
   * @returns those that are to be asked
   */
  learn(host: string, addresses: readonly string[]): readonly string[] {
    if (addresses.length === 0) return [];
    this.glue.set(host, new Set([...(this.glue.get(host) ?? []), ...addresses]));
    this.round.reconsider();
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
    isNeeded?: IsNeeded,
  ): Promise<{ readonly answers: readonly ResourceRecord[]; readonly problem?: string }> {
    const problems: string[] = [];
    const order = this.round.inOrderOfPreference(this.resolvers);
    let overtaken = -1;
    const attempts = order.map((resolver, index) => async (): Promise<Reply | undefined> => {
      // With another one to ask, a slow one is not waited for.
      const isNeededHere = (): boolean =>
        (index > overtaken || index + 1 === order.length) && (isNeeded?.() ?? true);
      const result = await this.round.ask(resolver, { name, type, recursionDesired: true }, isNeededHere);
      if ('reply' in result && ['NOERROR', 'NXDOMAIN'].includes(result.reply.rcode)) return result.reply;
      const problem =
        'reply' in result ? ({ kind: 'rcode', rcode: result.reply.rcode } as const) : result.problem;
      problems.push(`resolver ${formatEndpoint(resolver)} ${inWords(problem)}`);
      return undefined;
    });
    const reply = await hedged(attempts, HEDGE_MS, (index) => {
      this.round.noteSlow(order[index]!);
      overtaken = index;
      this.round.reconsider();
    });
    return reply ?? { answers: [], problem: problems.join('; ') };
  }
}

/** Which answers of a resolver count. */
export interface Expected {
  /** Whether it is the record that is looked for: a resolver that shows it only unchecked fails by DNSSEC. */
  readonly isRecord?: (content: Content) => boolean;
  /** Whether the other resolvers are not waited for any more. */
  readonly isEnough?: (content: Content) => boolean;
}

/** Asks recursive resolvers for records. */
export const askResolvers = async (
  round: Round,
  resolvers: readonly Endpoint[],
  question: RecordQuestion,
  { isRecord = ({ values }) => values.length > 0, isEnough = () => false }: Expected = {},
): Promise<readonly ServerAnswer[]> => {
  let isOver = false;
  const askFor = (endpoint: Endpoint, checkingDisabled: boolean): Promise<AnswerReply> =>
    round.askForRecords(endpoint, question, 'recursive', () => !isOver, checkingDisabled);
  const findings = resolvers.map(async (endpoint): Promise<Finding> => {
    const { answer, roundTripMs } = await askFor(endpoint, false);
    if (isEnough(contentOf(answer))) {
      isOver = true;
      round.reconsider();
    }
    if (answer.kind !== 'failure' || !isServfail(answer.problem)) return { endpoint, answer, roundTripMs };
    // With checking disabled, a validating resolver answers with data that fails validation.
    const unchecked = await askFor(endpoint, true);
    const isBogus = isRecord(contentOf(unchecked.answer));
    return { endpoint, answer: isBogus ? failure({ kind: 'dnssec-bogus' }) : answer, roundTripMs };
  });
  return serverAnswers(new Map([[question.name, { findings: await Promise.all(findings) }]]), 'recursive');
};
