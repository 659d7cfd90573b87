/** Asks every server of a name, or resolvers, for its records: the key of the gate, and others. Judges nothing. */
import type { GateSettings } from '../contract/settings';
import { LIMITS } from '../dns-limits';
import { type FoundServers, isServfail, type Role } from '../facts/gate';
import {
  type AskedServer,
  type Content,
  contentOf,
  failure,
  type RecordQuestion,
  type RecordType,
  type ServerAnswer,
  serverAnswers,
} from './answer';
import { type DnsWorld, Round } from './ask';
import { Directory } from './directory';
import { type Endpoint, type GivenServers, parseEndpoint, readServers } from './endpoint';
import type { SearchResult } from './found';
import { type Network, search } from './search';

export interface LookupRequest extends RecordQuestion, Pick<GateSettings, 'nameservers' | 'resolvers'> {
  /** `authoritative`: all servers of the zone, and of the zones that aliases lead to. `recursive`: the resolvers. */
  readonly mode: Role;
  /** Further types to ask each server for that has answered without an alias. */
  readonly also?: readonly RecordType[];
  /** Whether resolvers are asked one after another, until one has answered. @default all at once */
  readonly isOneEnough?: boolean;
}

export interface Lookup extends FoundServers {
  /** Those asked for the name itself first. */
  readonly servers: readonly ServerAnswer[];
}

/** How other records are looked up: `lookUp`, or a stand-in. */
export type LookUp = (request: LookupRequest, world: DnsWorld) => Promise<Lookup>;

/** Asks every server of the zone of a name, and of the zones that its aliases lead to, one name after another. */
export async function askZone(
  round: Round,
  { name, type }: RecordQuestion,
  { nameservers, resolvers }: GivenServers,
): Promise<Lookup> {
  const directory = new Directory(round, resolvers);
  const net: Network = { round, directory, type, nameservers, addresses: new Set() };
  const names = new Set([name]);
  const found: SearchResult[] = [];
  for (const each of names) {
    const result = await search(net, each, each !== name);
    found.push(result);
    for (const { answer } of result.asked) {
      if (answer.kind !== 'alias' || names.has(answer.target)) continue;
      if (names.size < LIMITS.names) names.add(answer.target);
      else round.exceeded.add('names');
    }
  }
  const [own, ...targets] = found as [SearchResult, ...SearchResult[]];
  const results = [own, ...targets.sort((a, b) => (a.name < b.name ? -1 : 1))];
  const absences = results.flatMap((each) => each.absences);
  return {
    servers: serverAnswers(new Map(results.map((each) => [each.name, each.asked])), 'authoritative'),
    zone: own.zone,
    hosts: results.flatMap(({ name: askedFor, hosts }) =>
      hosts.map((host) => ({ ...host, askedFor: askedFor === name ? undefined : askedFor })),
    ),
    limits: [...round.exceeded],
    problem: own.asked.length === 0 ? (own.problem ?? 'time was up before anybody had answered.') : undefined,
    staleDelegations: results.flatMap(({ stale }) => stale ?? []),
    absenceSeconds: absences.length > 0 ? Math.max(...absences) : undefined,
  };
}

/**
 * Asks resolvers for the records of a name.
 * @param isRecord whether it is the record that is looked for: a resolver that shows it only unchecked fails by DNSSEC
 */
export async function askRecursively(
  round: Round,
  question: RecordQuestion,
  resolvers: readonly Endpoint[],
  isRecord = ({ values }: Content): boolean => values.length > 0,
): Promise<readonly ServerAnswer[]> {
  const ask = async (endpoint: Endpoint): Promise<AskedServer> => {
    const { answer, roundTripMs } = await round.askForRecords(endpoint, question, 'recursive');
    if (answer.kind !== 'failure' || !isServfail(answer.problem)) return { endpoint, answer, roundTripMs };
    // A validating resolver answers with data that fails validation if checking is disabled.
    const unchecked = await round.askForRecords(endpoint, question, 'recursive', true);
    const isBogus = isRecord(contentOf(unchecked.answer));
    return { endpoint, answer: isBogus ? failure({ kind: 'dnssec-bogus' }) : answer, roundTripMs };
  };
  const asked = await Promise.all(resolvers.map(ask));
  return serverAnswers(new Map([[question.name, asked]]), 'recursive');
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
  const round = new Round(world);
  const askAlso = async (server: ServerAnswer): Promise<ServerAnswer> => {
    const { address, aliasTo, askedFor, problem } = server;
    if (problem || aliasTo !== undefined || askedFor !== undefined) return server;
    const endpoint = parseEndpoint(address)!;
    const asked = also.map((each) => round.askForRecords(endpoint, { ...question, type: each }, mode));
    const answers = await Promise.all(asked);
    return { ...server, also: answers.map(({ answer }) => contentOf(answer)) };
  };
  return round.run(async () => {
    if (mode === 'authoritative') {
      const found = await askZone(round, question, servers);
      return { ...found, servers: await Promise.all(found.servers.map(askAlso)) };
    }
    const { resolvers } = servers;
    const asked: ServerAnswer[] = [];
    for (const turn of isOneEnough ? resolvers.map((resolver) => [resolver]) : [resolvers]) {
      asked.push(...(await askRecursively(round, question, turn)));
      if (asked.some(({ problem }) => problem === undefined)) break;
    }
    const limits = [...round.exceeded];
    return { servers: await Promise.all(asked.map(askAlso)), hosts: [], limits, staleDelegations: [] };
  });
}
