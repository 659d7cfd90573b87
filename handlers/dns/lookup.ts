/** Asks every server of a name, or resolvers, for its records: the key of the gate, and others. Judges nothing. */
import type { GateSettings } from '../contract/contract';
import { LIMITS } from '../dns-limits';
import { type FoundServers, isServfail, type Role } from '../gate-outcome';
import {
  type Asked,
  type Content,
  contentOf,
  failure,
  type RecordQuestion,
  type RecordType,
  type ServerAnswer,
  serverAnswers,
} from './answer';
import { Memory, Round } from './ask';
import { Directory } from './directory';
import {
  askServers,
  askTopLevel,
  beginSearch,
  discoverServers,
  followAliases,
  isTopLevel,
  type Network,
} from './discover';
import {
  type Endpoint,
  type GivenServers,
  hasIPv6,
  parseResolver,
  readServers,
  type WorldOfServers,
} from './endpoint';
import { createExchange, type Exchange } from './exchange';
import { concludeSearch, type Lead } from './search';

/** How questions get out. */
export interface DnsWorld extends WorldOfServers {
  /** Milliseconds that may still be used. */
  remainingMs(): number;
  /** Ends the work: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How one question is asked. @default UDP and TCP sockets, HTTPS */
  readonly exchange?: Exchange;
  /** How long an answer may take that is not needed. @default GRACE_MS */
  readonly graceMs?: number;
  /** Whether IPv6 servers can be reached. If not, a server's IPv6 addresses are asked only if it has no others. @default whether the machine has such an address */
  readonly hasIPv6?: () => boolean;
}

export interface LookupRequest extends RecordQuestion, Pick<GateSettings, 'nameservers' | 'resolvers'> {
  /** `authoritative`: all servers of the zone, and of the zones that aliases lead to. `recursive`: the resolvers. */
  readonly mode: Role;
  /** Further types to ask each server for that has answered without an alias. */
  readonly also?: readonly RecordType[];
  /** In recursive mode: once one resolver has answered, the others are hardly waited for. */
  readonly isOneEnough?: boolean;
}

export interface Lookup extends FoundServers {
  /** Those asked for the name itself first. */
  readonly servers: readonly ServerAnswer[];
}

/**
 * Asks every server of the zone of a name, and of the zones that its aliases lead to. Goes on in waves: finds the servers
 * that have been named, asks all of them at once, and ends when they name no further ones.
 */
export async function askZone(
  round: Round,
  { name, type }: RecordQuestion,
  { nameservers, resolvers }: GivenServers,
  world: DnsWorld,
): Promise<Lookup> {
  const net: Network = {
    round,
    directory: new Directory(round, resolvers, (world.hasIPv6 ?? hasIPv6)()),
    type,
    port: world.dnsPort ?? 53,
    loopback: world.loopback ?? 'refused',
    nameservers,
    canDiscover: resolvers.length > 0,
    searches: new Map(),
    addresses: new Set(),
    referrals: [],
  };
  let leads = await beginSearch(net, name, 0);
  while (leads.length > 0) {
    const tops = leads.filter(isTopLevel);
    const others = leads.filter((lead) => !isTopLevel(lead));
    const named = await Promise.all([
      // The zone above gives addresses, which resolvers may be slow with.
      ...tops.map(async (lead) => findAndAsk(net, await askTopLevel(net, lead))),
      findAndAsk(net, others),
    ]);
    leads = [...named.flat(), ...(await followAliases(net))];
  }
  const [own, ...others] = [...net.searches.values()];
  others.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = [own!, ...others].map(concludeSearch);
  const [first] = found;
  const servers = serverAnswers(new Map(found.map((each) => [each.name, each.asked])), 'authoritative');
  const absences = found.flatMap(({ absences: each }) => each);
  return {
    servers,
    zone: first!.zone,
    hosts: found.flatMap(({ name: askedFor, hosts }, at) =>
      hosts.map((host) => ({ ...host, askedFor: at > 0 ? askedFor : undefined })),
    ),
    limits: [...round.exceeded],
    problem:
      first!.asked.length === 0 ? (first!.problem ?? 'time was up before anybody had answered.') : undefined,
    disagreements: found.flatMap(({ disagreement }) => disagreement ?? []),
    absenceSeconds: absences.length > 0 ? Math.max(...absences) : undefined,
  };
}

async function findAndAsk(net: Network, leads: readonly Lead[]): Promise<readonly Lead[]> {
  return askServers(net, await discoverServers(net, leads));
}

/** Which answers of resolvers count. */
interface Expected {
  /** Whether it is the record that is looked for: a resolver that shows it only unchecked fails by DNSSEC. */
  readonly isRecord?: (content: Content) => boolean;
  /** Whether the other resolvers need not answer then. */
  readonly isEnough: (content: Content) => boolean;
}

/** Asks resolvers for the records of a name. */
export async function askRecursively(
  round: Round,
  question: RecordQuestion,
  resolvers: readonly Endpoint[],
  { isRecord = ({ values }) => values.length > 0, isEnough }: Expected,
): Promise<Lookup> {
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
  const answers = new Map([[question.name, await Promise.all(asked)]]);
  clearTimeout(timer);
  return {
    servers: serverAnswers(answers, 'recursive'),
    hosts: [],
    limits: [...round.exceeded],
    disagreements: [],
  };
}

/**
 * Asks once for the records at a name: discovers the servers of its zone and asks all of them, or asks resolvers.
 * Deadlines, transports and limits are those of the gate; nothing is changed anywhere.
 *
 * @throws ByodkimError VALIDATION_ERROR for a malformed list of servers; the signal's reason when it is aborted
 */
export async function lookUp(request: LookupRequest, world: DnsWorld): Promise<Lookup> {
  const { mode, type, also = [], isOneEnough = false } = request;
  const question = { name: request.name.toLowerCase(), type };
  const servers = readServers(request, world);
  const round = new Round(world.exchange ?? createExchange(), new Memory(), world.graceMs);
  const askAlso = async (server: ServerAnswer): Promise<ServerAnswer> => {
    const { address, alias, askedFor, problem } = server;
    if (problem || alias !== undefined || askedFor !== undefined) return server;
    const endpoint = parseResolver(address)!;
    const asked = also.map((each) => round.askForRecords(endpoint, { ...question, type: each }, mode));
    const answers = await Promise.all(asked);
    return { ...server, also: answers.map(({ answer }) => contentOf(answer)) };
  };
  return round.run(Math.min(LIMITS.roundMs, world.remainingMs()), world.signal, async () => {
    const isEnough = ({ problem }: Content): boolean => isOneEnough && problem === undefined;
    const found =
      mode === 'authoritative'
        ? await askZone(round, question, servers, world)
        : await askRecursively(round, question, servers.resolvers, { isEnough });
    return { ...found, servers: await Promise.all(found.servers.map(askAlso)) };
  });
}
