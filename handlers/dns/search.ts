/**
 * Searches the servers of one name. The list of servers to ask begins with those of the registered domain and of the zone
 * above.
 *
 *     com                      a.gtld.net    a resolver names it; it refers to example.com at ns1 and ns2
 *      └ example.com           ns1           the resolver names it, too; it refers to _domainkey.example.com at key1
 *        │                     ns2 has the record, and names ns3 and itself
 *        │                     ns3           lacks the record
 *        └ _domainkey          key1          has the record
 *                                            no server is left to wait for: the search ends
 *
 * Every server is asked for the record, for the servers of its zone, and whether a zone below begins on the way to the name. A
 * server that an answer names is asked at once. Servers that answer for the name are judged (`found`), like ns2, ns3 and key1;
 * those of the deepest zone must answer. The search does not wait for the deadline of a server above that zone, if its
 * neighbours have referred.
 */

import { LIMITS } from '../dns-limits';
import type { ResolverProblem } from '../words/gate';
import {
  type AskedServer,
  authorityOf,
  failedAnswer,
  isAbove,
  isReply,
  isWithin,
  nameserversIn,
  type RecordType,
  referralIn,
  zoneIn,
} from './answer';
import type { RecordReply, Round } from './ask';
import { labels, type Reply, type ResourceRecord, sameName } from './codec';
import type { Directory } from './directory';
import { type Endpoint, formatEndpoint, mayBeAsked } from './endpoint';
import {
  absencesIn,
  type Discovery,
  deepest,
  type Naming,
  type SearchResult,
  type Server,
  settleSearch,
} from './found';

/** State that all searches of a round share. */
export interface Network {
  readonly round: Round;
  readonly directory: Directory;
  readonly type: RecordType;
  /** Servers to ask instead of discovered ones; empty: discover. */
  readonly nameservers: readonly Endpoint[];
  /** The addresses that are asked in this round for all names together. */
  readonly addresses: Set<string>;
  /** Begins the search for the target of an alias, if there is none yet. */
  readonly follow: (target: string) => void;
}

/** A server of a zone that is to be asked. */
interface ToAsk {
  readonly server: Server;
  readonly zone: string;
}

/**
 * Finds the servers of a name, and asks all of them, and those that they name, until they name no new one.
 * @param isTarget whether an alias led to the name, which given servers need not know
 */
export async function search(net: Network, name: string, isTarget: boolean): Promise<SearchResult> {
  if (net.nameservers.length > 0) {
    const result = await askGiven(net, name);
    const isKnown = result.asked.some(({ answer }) => answer.kind !== 'failure');
    if (isKnown || !isTarget || net.directory.resolvers.length === 0) return result;
  }
  return new Search(net, name).run();
}

/** Asks the given servers, and no others that they name. */
async function askGiven(net: Network, name: string): Promise<SearchResult> {
  const { round, type, nameservers } = net;
  const servers = new Map(nameservers.map((endpoint) => [formatEndpoint(endpoint), endpoint]));
  const asking = [...servers.values()].map(async (endpoint): Promise<AskedServer> => {
    const { answer, roundTripMs } = await round.askForRecords(endpoint, { name, type }, 'authoritative');
    if (answer.kind === 'alias') net.follow(answer.target);
    return { endpoint, answer, roundTripMs };
  });
  const asked = await Promise.all(asking);
  const hosts = [...servers.keys()].map((address) => ({ addresses: [address], isFormer: false }));
  return { name, asked, hosts, absences: absencesIn(asked) };
}

/** Least time in milliseconds for a server above the deepest zone, since a machine may be busy. */
const LEAST_GRACE_MS = 5;

/** One search in progress. */
class Search {
  private readonly found: Discovery;
  /** Open work, with the zone of each part. */
  private readonly open = new Map<Promise<void>, string>();
  /** Hosts that were named, by zone. */
  private readonly hosts = new Map<string, Set<string>>();
  private progress: () => void = () => {};
  private isOver = false;
  /** A defect of this program, which ends the search. */
  private fault: { readonly error: unknown } | undefined;

  constructor(
    private readonly net: Network,
    name: string,
  ) {
    this.found = { name, namings: [], servers: new Map(), absences: [] };
  }

  async run(): Promise<SearchResult> {
    this.beginAtTop();
    while (this.open.size > 0) {
      const progress = this.nextProgress();
      if (!this.isEnough()) await progress;
      else if ((await this.net.round.within(progress, this.graceMs())) === 'late') break;
      if (this.fault) throw this.fault.error;
    }
    // Later answers are discarded, since the result is made of the present ones.
    this.isOver = true;
    return settleSearch(this.found);
  }

  private nextProgress(): Promise<void> {
    return new Promise((resolve) => {
      this.progress = resolve;
    });
  }

  private begin(zone: string, work: Promise<void>): void {
    const ended: Promise<void> = work.then(
      () => this.end(ended),
      (error: unknown) => {
        this.fault = { error };
        this.end(ended);
      },
    );
    this.open.set(ended, zone);
  }

  private end(work: Promise<void>): void {
    this.open.delete(work);
    this.progress();
  }

  /** Checks whether the deepest zone has answered, and work is open only above it, in zones that have already referred. */
  private isEnough(): boolean {
    const zone = deepest([...this.hosts.keys()]);
    if (zone === undefined) return false;
    const servers = [...this.found.servers.values()];
    const hasAnswered = servers.some(({ zones, answer }) => zones.has(zone) && isReply(answer));
    const hasReferred = (above: string): boolean =>
      servers.some(
        ({ zones, answer }) => zones.has(above) && answer.kind === 'referral' && isAbove(above, answer.zone),
      );
    return hasAnswered && [...this.open.values()].every((each) => isAbove(each, zone) && hasReferred(each));
  }

  /** Returns how long the search still waits for servers above the deepest zone: half of the time of the slowest answer. */
  private graceMs(): number {
    const answered = [...this.found.servers.values()].filter(({ answer }) => answer.kind !== 'failure');
    return Math.max(LEAST_GRACE_MS, ...answered.map(({ roundTripMs }) => roundTripMs / 2));
  }

  /** Asks resolvers for the servers of the registered domain, and of the zone above, which may name others. */
  private beginAtTop(): void {
    const parts = labels(this.found.name);
    const [own, above] = [parts.slice(-2).join('.'), parts.at(-1)!];
    this.begin(
      above,
      this.askResolvers(above).then(() => undefined),
    );
    this.begin(
      own,
      this.askResolvers(own).then((failed) => {
        this.found.problem =
          failed === undefined
            ? { kind: 'no-domain', domain: own }
            : { kind: 'not-found', domain: own, resolvers: failed };
      }),
    );
  }

  /** Asks resolvers for the servers of a zone. Returns the reason if they do not know. */
  private async askResolvers(zone: string): Promise<readonly ResolverProblem[] | undefined> {
    const { failed, ...named } = await this.net.directory.nameserversOf(zone);
    if (named.nameservers.length > 0) this.note({ ...named, source: 'resolvers' });
    return failed;
  }

  /** Records the servers of a zone from an answer, and asks the new ones at once. */
  private note(naming: Naming): void {
    if (this.isOver) return;
    const { round, directory } = this.net;
    this.found.namings.push(naming);
    const withNewAddress = directory.learn(naming.glue);
    for (const [zone, known] of this.hosts)
      for (const host of withNewAddress) if (known.has(host)) this.begin(zone, this.askHost(zone, host));
    const { zone } = naming;
    const hosts = this.hosts.get(zone) ?? new Set();
    this.hosts.set(zone, hosts);
    for (const host of naming.nameservers) {
      if (hosts.has(host)) continue;
      if (hosts.size >= LIMITS.serversPerZone) {
        round.exceeded.add('serversPerZone');
        return;
      }
      hosts.add(host);
      this.begin(zone, this.askHost(zone, host));
    }
  }

  /** Finds and asks the addresses of a host; those from a referral at once. */
  private async askHost(zone: string, host: string): Promise<void> {
    const { directory } = this.net;
    this.askAt(zone, host, directory.learnedAddressesOf(host));
    this.askAt(zone, host, await directory.addressesOf(host));
  }

  private askAt(zone: string, host: string, addresses: readonly string[]): void {
    if (this.isOver) return;
    const { dnsPort: port = 53 } = this.net.round.world;
    for (const address of addresses) {
      const server = this.join(zone, { address, port }, host);
      if (server) this.begin(zone, this.ask({ server, zone }));
    }
  }

  /** Adds an address to the list as a server of a zone. Returns it unless it was in the list already or must not be asked. */
  private join(zone: string, endpoint: Endpoint, host: string): Server | undefined {
    const { round, addresses } = this.net;
    const key = formatEndpoint(endpoint);
    const isForbidden = !mayBeAsked(endpoint, 'by-dns', round.world.loopback ?? 'refused');
    if (!isForbidden && addresses.size < LIMITS.addresses) addresses.add(key);
    if (!isForbidden && !addresses.has(key)) {
      round.exceeded.add('addresses');
      return undefined;
    }
    const answer = failedAnswer({ kind: isForbidden ? 'forbidden-address' : 'time-was-up' });
    const first: Server = { endpoint, hosts: new Set(), zones: new Set(), answer, roundTripMs: 0 };
    const server = this.found.servers.get(key) ?? first;
    this.found.servers.set(key, server);
    server.hosts.add(host);
    const isNew = !server.zones.has(zone);
    server.zones.add(zone);
    return isNew && !isForbidden ? server : undefined;
  }

  /** Asks a server for the record, for the servers of its zone, and whether a zone below begins on the way to the name. */
  private async ask(one: ToAsk): Promise<void> {
    const { name } = this.found;
    const asking = this.askForRecord(one);
    const naming = this.askWhoServes(one, one.zone);
    // This question is sent early to save a round trip; the servers of top-level domains refer.
    const early = labels(one.zone).length > 1 ? this.replyTo(one, 'SOA', name) : undefined;
    const { answer, reply } = await asking;
    const isHeard = reply !== undefined || (await naming);
    if (answer.kind !== 'referral' && isHeard) {
      // An alias hides the zone of its name. No alias is at the apex of a zone, so the name above is in the same zone.
      const isAlias = answer.kind === 'alias';
      const above = labels(name).slice(1).join('.');
      const authority = isAlias ? this.replyTo(one, 'SOA', above) : (early ?? this.replyTo(one, 'SOA', name));
      await this.lookBelow(one, authority);
    }
    await naming;
  }

  private async askForRecord({ server, zone }: ToAsk): Promise<RecordReply> {
    const { round, type, follow } = this.net;
    const question = { name: this.found.name, type };
    const record = await round.askForRecords(server.endpoint, question, 'authoritative');
    if (this.isOver) return record;
    server.answer = record.answer;
    server.roundTripMs = record.roundTripMs;
    if (record.answer.kind === 'alias') follow(record.answer.target);
    this.noteAll(record.reply, { server, zone });
    return record;
  }

  /** Asks for the servers of a zone. Returns whether there was a reply. */
  private async askWhoServes(one: ToAsk, zone: string): Promise<boolean> {
    const reply = await this.replyTo(one, 'NS', zone);
    this.noteAll(reply, one);
    return reply !== undefined;
  }

  /** Reads the zone of the name from an answer, and asks for its servers if it is below the server's own zone. */
  private async lookBelow(one: ToAsk, asked: Promise<Reply | undefined>): Promise<void> {
    const reply = await asked;
    if (!reply || this.isOver) return;
    this.noteAll(reply, one);
    const cut = zoneIn(reply, this.found.name);
    if (cut === undefined) return;
    const absence = authorityOf(reply)?.negativeTtlSeconds;
    if (absence) this.found.absences.push(absence);
    if (isAbove(one.zone, cut)) await this.askWhoServes(one, cut);
  }

  private async replyTo({ server }: ToAsk, type: 'NS' | 'SOA', of: string): Promise<Reply | undefined> {
    const question = { name: of, type, recursionDesired: false };
    const result = await this.net.round.ask(server.endpoint, question);
    if (!('reply' in result)) return undefined;
    // Servers of another name do not answer the question.
    const isAnswer = ({ type: each, name: owner }: ResourceRecord) => each !== 'NS' || sameName(owner, of);
    return { ...result.reply, answers: result.reply.answers.filter(isAnswer) };
  }

  private noteAll(reply: Reply | undefined, { server, zone }: ToAsk): void {
    if (!reply) return;
    for (const naming of namingsIn(reply, this.found.name, zone, server)) this.note(naming);
  }
}

/** Returns the servers of the zone, or of a zone below it that contains the name, from the reply of one of its servers. */
function namingsIn(reply: Reply, name: string, zone: string, { hosts }: Server): readonly Naming[] {
  const referral = referralIn(reply, name);
  if (referral) return isAbove(zone, referral.zone) ? [{ ...referral, source: 'parent' }] : [];
  if (!reply.authoritative) return [];
  // BIND and Route 53 add the servers of the zone to every answer.
  const records = [...reply.answers, ...reply.authorities].filter(({ type }) => type === 'NS');
  const owners = new Set(records.map((record) => record.name.toLowerCase()));
  return [...owners]
    .filter((owner) => isWithin(name, owner) && isWithin(owner, zone))
    .map((owner) => ({
      zone: owner,
      nameservers: nameserversIn(records, owner),
      source: 'zone' as const,
      by: hosts,
    }));
}
