import { isReply, type TxtAnswer } from './answer';
import { ask } from './ask';
import { type Answer, Discovery, inOrder, type Network, type Server, zoneOf } from './discover';
import type { SocketEndpoint } from './endpoint';
import type { Finding } from './judge';
import { LIMITS } from './limits';
import { isPlainName } from './message';
import { isWithin } from './names';
import type { Disagreement, Zone } from './zone';

/** What one round found out of one name. */
export interface NameFindings {
  /** The zone cut, where a server of it has answered. */
  readonly zone?: string;
  readonly findings: readonly Finding[];
  /** Servers of the zone that have no address. */
  readonly unaddressed: readonly string[];
  /** Servers that resolvers still name, and neither the zone nor the one above does. */
  readonly former: readonly string[];
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
 * Finds the servers of the record's name and asks all of them, and does the same for each name that their aliases lead to.
 * @returns the findings by name, the record's own first
 */
export const explore = async (
  exploration: Exploration,
  recordName: string,
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
    const discovery = await discover(exploration, name, depth);
    const ends = new Map<string, Promise<boolean>>();
    const cutOff = new Set<string>();
    const followAlias = async ({ server, answer }: Answer): Promise<void> => {
      if (answer.kind !== 'alias') return;
      const { targets } = ownPart(server, answer);
      const end = targets.at(-1)!;
      if (isComplete(server, answer, depth)) {
        const isCutOff = ends.get(end) ?? discovery.isCutOff(end, server);
        ends.set(end, isCutOff);
        if (!(await isCutOff)) return;
        cutOff.add(end);
      }
      await visit(end, depth + targets.length);
    };
    // An alias is followed as soon as a server shows it: a silent server costs its deadline once, not at each alias.
    const following: Promise<void>[] = [];
    const follow = async (pending: Promise<Answer>): Promise<Answer> => {
      const answer = await pending;
      following.push(followAlias(answer));
      return answer;
    };
    let answers: readonly Answer[];
    do answers = await Promise.all(ask(exploration, discovery).map(follow));
    while (await discovery.learn(answers));
    await Promise.all(following);
    const own = answers.map((each) => {
      const { server, answer } = each;
      const isWhole =
        answer.kind !== 'alias' || (isComplete(server, answer, depth) && !cutOff.has(answer.targets.at(-1)!));
      return isWhole ? each : { ...each, answer: ownPart(server, answer) };
    });
    found.set(name, findingsOf(discovery, own));
  };

  await visit(recordName, 0);
  const [own, ...others] = begun;
  return new Map([...(own ? [own] : []), ...others.sort()].map((name) => [name, found.get(name)!]));
};

const discover = async (exploration: Exploration, name: string, depth: number): Promise<Discovery> => {
  const { nameservers, canDiscover } = exploration;
  const discovery = new Discovery(name, exploration);
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

type Alias = Extract<TxtAnswer, { kind: 'alias' }>;

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

const findingsOf = (discovery: Discovery, answers: readonly Answer[]): NameFindings => {
  const serving = answers.filter(({ answer }) => isReply(answer)).flatMap(({ server }) => [...server.zones]);
  // The zone cut: the deepest zone whose servers answered for the name.
  const [cut] = serving.filter(({ apex }) => apex !== '').sort((a, b) => b.depth - a.depth);
  const { hostsWithoutAddress, problem } = discovery;
  const absences = answers.flatMap(({ answer }) => (answer.kind === 'none' ? (answer.ttlSeconds ?? []) : []));
  const absence = [
    ...absences,
    ...(discovery.absenceSeconds === undefined ? [] : [discovery.absenceSeconds]),
  ];
  return {
    zone: cut?.apex,
    findings: countingAnswers(discovery, answers, new Set(serving)),
    unaddressed: [...hostsWithoutAddress].filter((host) => cut?.hosts.has(host)).sort(),
    former: cut?.formerServers() ?? [],
    problem,
    disagreement: cut?.disagreement(),
    absenceSeconds: absence.length > 0 ? Math.max(...absence) : undefined,
  };
};

/** Leaves out servers of zones above that do what is expected of them: they refer, or need not answer. */
const countingAnswers = (
  discovery: Discovery,
  answers: readonly Answer[],
  serving: ReadonlySet<Zone>,
): readonly Finding[] => {
  const counts = (zone: Zone): boolean => serving.has(zone) || discovery.expects(zone);
  return answers
    .filter(({ server, answer }) => {
      const own = [...server.zones];
      if (isReply(answer)) return true;
      return !(answer.kind === 'referral' && own.some(({ refers }) => refers)) && own.some(counts);
    })
    .sort((a, b) => inOrder(a.server, b.server))
    .map(({ server, answer, roundTripMs }) => {
      const { endpoint, name } = server;
      return { endpoint, name, answer, roundTripMs, zone: zoneOf(server).apex };
    });
};
