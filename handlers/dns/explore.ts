import { type Answer, failure, isReply, type RecordQuestion } from './answer';
import { Discovery, inOrder, type Network, nameOf, type Server, type ServerReply, zoneOf } from './discover';
import { formatEndpoint, type SocketEndpoint } from './endpoint';
import type { Finding } from './judge';
import { LIMITS } from './limits';
import { isPlainName } from './message';
import { isWithin } from './names';
import type { Disagreement, Zone } from './zone';

/** A server as NS records name it. */
export interface NamedServer {
  /** Absent when its address was given. */
  readonly name?: string;
  /** `ip:port`; none if no address of it is known. */
  readonly addresses: readonly string[];
  /** Only resolvers still name it, and neither the zone nor the one above does: it need not answer. */
  readonly isFormer: boolean;
}

/** What one round found out of one name. */
export interface NameFindings {
  /** The zone cut, where a server of it has answered. */
  readonly zone?: string;
  readonly findings: readonly Finding[];
  /** Those that have to show the record. */
  readonly hosts: readonly NamedServer[];
  /** Why nobody could be asked; a sentence. */
  readonly problem?: string;
  readonly disagreement?: Disagreement;
  /** Seconds for which resolvers remember that there is no record. */
  readonly absenceSeconds?: number;
}

export interface Exploration extends Network {
  /** Replace discovery; empty: discover. */
  readonly nameservers: readonly SocketEndpoint[];
  /** Whether there are resolvers to discover with. */
  readonly canDiscover: boolean;
}

/**
 * Finds the servers of a name and asks all of them for its records, and does the same for each name that their aliases lead to.
 * @returns the findings by name, the one asked for first
 */
export const explore = async (
  exploration: Exploration,
  question: RecordQuestion,
): Promise<ReadonlyMap<string, NameFindings>> => {
  const { round } = exploration;
  const begun = new Set<string>();
  const found = new Map<string, NameFindings>();

  const visit = async (name: string, depth: number): Promise<void> => {
    if (depth > LIMITS.aliasesInChain || begun.has(name) || !isPlainName(name)) return;
    if (begun.size >= LIMITS.names) {
      round.exceeded.add('names');
      return;
    }
    begun.add(name);
    const discovery = await discover(exploration, { ...question, name }, depth);
    /** Sees to the names that an alias leads to, and cuts off what the server cannot answer for. */
    const followAlias = async (found: ServerReply): Promise<ServerReply> => {
      const { server, answer } = found;
      if (answer.kind !== 'alias') return found;
      const isWhole =
        isComplete(server, answer, depth) && !(await discovery.isCutOff(answer.targets.at(-1)!, server));
      if (isWhole) return found;
      const own = ownPart(server, answer);
      await visit(own.targets.at(-1)!, depth + own.targets.length);
      return { ...found, answer: own };
    };
    // An alias is followed as soon as a server shows it: a silent server costs its deadline once, not at each alias.
    const early: Promise<ServerReply>[] = [];
    const follow = async (pending: Promise<ServerReply>): Promise<ServerReply> => {
      const found = await pending;
      early.push(followAlias(found));
      return found;
    };
    let answers: readonly ServerReply[];
    do answers = await Promise.all(ask(exploration, discovery).map(follow));
    while (await discovery.learn(answers));
    await Promise.all(early);
    // Which zone a server answers for is known only now.
    found.set(name, findingsOf(discovery, await Promise.all(answers.map(followAlias))));
  };

  await visit(question.name, 0);
  const [own, ...others] = begun;
  return new Map([...(own ? [own] : []), ...others.sort()].map((name) => [name, found.get(name)!]));
};

const discover = async (
  exploration: Exploration,
  question: RecordQuestion,
  depth: number,
): Promise<Discovery> => {
  const { nameservers, canDiscover } = exploration;
  const discovery = new Discovery(question, exploration);
  if (nameservers.length === 0) {
    await discovery.begin();
    return discovery;
  }
  discovery.add(nameservers);
  if (depth === 0 || !canDiscover) return discovery;
  const answers = await Promise.all(ask(exploration, discovery));
  if (answers.every(({ answer }) => answer.kind === 'failure')) await discovery.replaceGiven();
  return discovery;
};

/** Asks every server for the records, each address once. */
const ask = ({ round }: Pick<Network, 'round'>, discovery: Discovery): Promise<ServerReply>[] =>
  [...discovery.servers.values()]
    .filter(({ zones }) => [...zones].some(({ isPassed }) => !isPassed))
    .map(async (server) => {
      const { endpoint, isForbidden } = server;
      if (isForbidden) return { server, answer: failure({ kind: 'forbidden-address' }), roundTripMs: 0 };
      const wait = discovery.mustAnswer(server) ? 'essential' : 'optional';
      return { server, ...(await round.askForRecords(endpoint, discovery.question, 'authoritative', wait)) };
    });

type Alias = Extract<Answer, { kind: 'alias' }>;

/** Cuts a chain of aliases at the first name outside of the server's zone: what follows is for others to answer. */
const ownPart = (server: Server, { targets, ttlSeconds }: Alias): Alias => {
  const outside = targets.findIndex((target) => !isWithin(target, zoneOf(server).apex));
  return { kind: 'alias', targets: outside < 0 ? targets : targets.slice(0, outside + 1), ttlSeconds };
};

/** Whether an answer shows the record at the end of its aliases, and all of them lie in the server's zone. */
const isComplete = (server: Server, { targets, atEnd }: Alias, depth: number): boolean =>
  atEnd !== undefined &&
  depth + targets.length <= LIMITS.aliasesInChain &&
  targets.every((target) => isWithin(target, zoneOf(server).apex));

const findingsOf = (discovery: Discovery, answers: readonly ServerReply[]): NameFindings => {
  const replies = answers.filter(({ answer }) => isReply(answer));
  // The zone cut: the deepest zone whose servers answered for the name.
  const [cut] = replies
    .map(({ server }) => zoneOf(server))
    .filter(({ apex }) => apex !== '')
    .sort((a, b) => b.depth - a.depth);
  // Servers of the zones above have only to refer. What they say of the name nevertheless is judged, but not counted.
  const counting = [...discovery.zones.values()].filter((zone) =>
    cut ? zone.depth >= cut.depth : discovery.expects(zone),
  );
  const isCounted = ({ zones }: Server): boolean => counting.some((zone) => zones.has(zone));
  const absences = answers.flatMap(({ answer }) => (answer.kind === 'none' ? (answer.ttlSeconds ?? []) : []));
  const absence = [
    ...absences,
    ...(discovery.absenceSeconds === undefined ? [] : [discovery.absenceSeconds]),
  ];
  return {
    zone: cut?.apex,
    findings: answers
      .filter(
        ({ server, answer }) => isReply(answer) || (isCounted(server) && !refersRightly(server, answer)),
      )
      .sort((a, b) => inOrder(a.server, b.server))
      .map(({ server, answer, roundTripMs }) => {
        return {
          endpoint: server.endpoint,
          name: nameOf(server),
          answer,
          roundTripMs,
          zone: zoneOf(server).apex,
        };
      }),
    hosts: hostsOf(counting, [...discovery.servers.values()]),
    problem: discovery.problem,
    disagreement: cut?.disagreement(),
    absenceSeconds: absence.length > 0 ? Math.max(...absence) : undefined,
  };
};

const refersRightly = ({ zones }: Server, { kind }: Answer): boolean =>
  kind === 'referral' && [...zones].some(({ refers }) => refers);

/** Lists the servers of zones by name, or by address where they were given. */
const hostsOf = (zones: readonly Zone[], servers: readonly Server[]): readonly NamedServer[] => {
  const former = new Set(zones.flatMap((zone) => zone.formerServers()));
  const current = new Set(zones.flatMap((zone) => zone.currentServers()));
  const named = new Set(zones.flatMap(({ hosts }) => [...hosts]));
  const given = servers.filter(
    (server) => server.names.size === 0 && zones.some((zone) => server.zones.has(zone)),
  );
  return [
    ...[...named].sort().map((name) => ({
      name,
      addresses: servers
        .filter(({ names }) => names.has(name))
        .map(({ endpoint }) => formatEndpoint(endpoint)),
      isFormer: former.has(name) && !current.has(name),
    })),
    ...given.map(({ endpoint }) => ({ addresses: [formatEndpoint(endpoint)], isFormer: false })),
  ];
};
