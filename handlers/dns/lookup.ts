/** Asks every server of a name, or resolvers, for its records, for the gate and for other checks. Judges nothing. */

import type { GateSettings } from '../contract/settings/settings';
import { LIMITS } from '../dns-limits';
import { isServfail, type ServerRole } from '../dns-verdicts';
import type { FoundServers } from '../words/gate';
import {
  type AskedServer,
  type Content,
  contentOf,
  failedAnswer,
  type RecordQuestion,
  type RecordType,
  type ServerAnswer,
  serverAnswers,
} from './answer';
import { type DnsWorld, Round } from './ask';
import { Directory, RESOLVER_PATIENCE_MS } from './directory';
import { type Endpoint, type GivenServers, parseEndpoint, readServers } from './endpoint';
import type { SearchResult } from './found';
import { type Network, search } from './search';

export interface LookupRequest extends RecordQuestion, Pick<GateSettings, 'nameservers' | 'resolvers'> {
  /** `authoritative` asks all servers of the zone and of the zones of its aliases' targets. `recursive`: the resolvers. */
  readonly mode: ServerRole;
  /** Further types for which each server is asked that has answered without an alias. */
  readonly also?: readonly RecordType[];
  /** Whether resolvers are asked one after another, until one has answered. @default all at once */
  readonly isOneEnough?: boolean;
}

export interface Lookup extends FoundServers {
  /** The servers that were asked for the name itself come first. */
  readonly servers: readonly ServerAnswer[];
}

/** Options of a lookup of other records: `lookUp`, or a stand-in. */
export type LookUp = (request: LookupRequest, world: DnsWorld) => Promise<Lookup>;

/** Searches for a name, and for the target of an alias as soon as a server returns one. */
async function searchAll(
  round: Round,
  { name, type }: RecordQuestion,
  { nameservers, resolvers }: GivenServers,
): Promise<readonly SearchResult[]> {
  const directory = new Directory(round, resolvers);
  const searches = new Map<string, Promise<SearchResult>>();
  const follow = (target: string): void => {
    if (searches.has(target)) return;
    if (searches.size >= LIMITS.names) {
      round.exceeded.add('names');
      return;
    }
    const begun = search(net, target, target !== name);
    // A fault is reported in its turn below, since a rejection that nobody awaits yet would end the process.
    begun.catch(() => {});
    searches.set(target, begun);
  };
  const net: Network = { round, directory, type, nameservers, addresses: new Set(), follow };
  follow(name);
  const results: SearchResult[] = [];
  // The list grows during the loop, since a search begins the searches of its aliases before it ends.
  for (const each of searches.values()) results.push(await each);
  return results;
}

/** Asks every server of the zone of a name, and of the zones that its aliases lead to. */
export async function askZone(
  round: Round,
  question: RecordQuestion,
  servers: GivenServers,
): Promise<Lookup> {
  const { name } = question;
  const found = await searchAll(round, question, servers);
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
    problem: own.asked.length === 0 ? (own.problem ?? { kind: 'time-was-up' }) : undefined,
    staleDelegations: results.flatMap(({ stale }) => stale ?? []),
    absenceSeconds: absences.length > 0 ? Math.max(...absences) : undefined,
  };
}

/** The question to resolvers. */
export interface Sought {
  /**
   * Checks whether an answer is the record. A resolver that returns it only with checking disabled fails because of DNSSEC.
   */
  readonly isRecord: (content: Content) => boolean;
  /**
   * Whether the other resolvers matter once some have the record. If not, they get half a second after they can no longer
   * change the result.
   */
  readonly isEachHeard: boolean;
}

const ANY_RECORD: Sought = { isRecord: ({ values }) => values.length > 0, isEachHeard: true };

/** Asks resolvers for the records of a name. */
export async function askRecursively(
  round: Round,
  question: RecordQuestion,
  resolvers: readonly Endpoint[],
  { isRecord, isEachHeard } = ANY_RECORD,
): Promise<readonly ServerAnswer[]> {
  const asked = resolvers.map(
    (endpoint): AskedServer => ({
      endpoint,
      answer: failedAnswer({ kind: 'silent' }),
      roundTripMs: RESOLVER_PATIENCE_MS,
    }),
  );
  let open = resolvers.length;
  const isDecided = (): boolean => {
    const seeing = asked.filter(({ answer }) => isRecord(contentOf(answer))).length;
    return !isEachHeard && seeing > 0 && seeing >= open + asked.filter(isHoldingBack).length;
  };
  const { promise: decision, resolve: decide } = deferred();
  const asking = resolvers.map(async (endpoint, at) => {
    asked[at] = await askResolver(round, question, endpoint, isRecord);
    open -= 1;
    if (isDecided()) decide();
  });
  const all = Promise.all(asking);
  await Promise.race([all, decision]);
  await round.within(all, RESOLVER_PATIENCE_MS);
  return serverAnswers(new Map([[question.name, asked]]), 'recursive');
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Asks one resolver, and finds out whether it only withholds the record. */
async function askResolver(
  round: Round,
  question: RecordQuestion,
  endpoint: Endpoint,
  isRecord: Sought['isRecord'],
): Promise<AskedServer> {
  const { answer, roundTripMs } = await round.askForRecords(endpoint, question, 'recursive');
  if (answer.kind !== 'failure' || !isServfail(answer.problem)) return { endpoint, answer, roundTripMs };
  // A validating resolver answers with data that fails validation if checking is disabled.
  const unchecked = await round.askForRecords(endpoint, question, 'recursive', true);
  const isBogus = isRecord(contentOf(unchecked.answer));
  return { endpoint, answer: isBogus ? failedAnswer({ kind: 'dnssec-bogus' }) : answer, roundTripMs };
}

function isHoldingBack({ answer }: AskedServer): boolean {
  return answer.kind === 'failure' && answer.problem.kind === 'dnssec-bogus';
}

/**
 * Asks once for the records at a name: discovers the servers of its zone and asks all of them, or asks resolvers. Deadlines,
 * transports and limits are those of the gate; it changes nothing.
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
