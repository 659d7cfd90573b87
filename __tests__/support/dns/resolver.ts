import type { RecordType } from 'dns-packet';
import { ask } from '../../../packages/sandbox/dns/ask';
import { type Endpoint, formatEndpoint } from '../../../packages/sandbox/dns/endpoint';
import { type LoggedQuestion, parseQuery, writeReply } from '../../../packages/sandbox/dns/reply';
import { type Misbehaviour, type Rule, type RuledQuestion, Rules } from '../../../packages/sandbox/dns/rules';
import { listen } from '../../../packages/sandbox/dns/sockets';
import { canonical, emptyAnswer, type ZoneAnswer } from '../../../packages/sandbox/dns/zone';

export interface DnsResolverOptions {
  /** @default 127.0.0.1 */
  readonly address?: string;
  /** @default 0, one that the system chooses */
  readonly port?: number;
  /** Addresses of the servers to start from: those of the root, or of whatever stands in for it. */
  readonly roots: readonly string[];
  /** Port of all the servers. */
  readonly dnsPort: number;
  /** How long it waits for a server's answer. @default a moment */
  readonly patience?: Patience;
}

export type DnsResolver = Awaited<ReturnType<typeof startDnsResolver>>;

/** Milliseconds that a server's answer may take. */
export type Patience = (
  server: Endpoint,
  question: { readonly name: string; readonly type: string; readonly transport: 'udp' | 'tcp' },
) => number;

const MAX_STEPS = 16;

const SERVFAIL = emptyAnswer('SERVFAIL');

/** Looks names up from the roots down, and remembers until it is flushed what it was told, and that there was nothing. */
class Recursor {
  readonly cache = new Map<string, ZoneAnswer>();

  constructor(
    private readonly roots: readonly Endpoint[],
    private readonly port: number,
    private readonly patience: Patience | undefined,
  ) {}

  async resolve(name: string, type: RecordType, steps = 0): Promise<ZoneAnswer> {
    const cached = this.remembered(name, type);
    if (cached) return cached;
    if (steps > MAX_STEPS) return SERVFAIL;
    const reply = await this.descend(name, type, steps);
    if (!reply) return SERVFAIL;
    const own: ZoneAnswer = { ...reply, authoritative: false, additionals: [] };
    const last = own.answers.at(-1);
    const needsMore = last?.type === 'CNAME' && type !== 'CNAME';
    const rest = needsMore ? await this.resolve(canonical(last.data), type, steps + 1) : undefined;
    const answer = rest ? { ...rest, answers: [...own.answers, ...rest.answers] } : own;
    if (answer.rcode !== 'SERVFAIL') this.cache.set(`${name} ${type}`, answer);
    return answer;
  }

  private remembered(name: string, type: string): ZoneAnswer | undefined {
    // A name that does not exist has no records of any type (RFC 2308), nor any name below it (RFC 8020).
    for (const [key, answer] of this.cache) {
      const [known = '', knownType] = key.split(' ');
      const denied = answer.rcode === 'NXDOMAIN' && (name === known || name.endsWith(`.${known}`));
      if (denied || (known === name && knownType === type)) return answer;
    }
    return undefined;
  }

  private async descend(name: string, type: RecordType, steps: number): Promise<ZoneAnswer | undefined> {
    let servers = this.roots;
    for (let depth = 0; depth < MAX_STEPS; depth += 1) {
      const reply = await this.askAny(servers, name, type);
      if (!reply) return undefined;
      const referral = referralIn(reply, name);
      if (!referral) return reply;
      const { hosts, glue } = referral;
      const addresses = glue.length > 0 ? glue : await this.addressesOf(hosts, steps);
      servers = addresses.map((address) => ({ address, port: this.port }));
    }
    return undefined;
  }

  private async askAny(
    servers: readonly Endpoint[],
    name: string,
    type: RecordType,
  ): Promise<ZoneAnswer | undefined> {
    for (const server of servers) {
      const { patience } = this;
      const deadlineMs =
        patience && ((transport: 'udp' | 'tcp') => patience(server, { name, type, transport }));
      const told = await ask(server, name, type, { deadlineMs });
      if (told && ['NOERROR', 'NXDOMAIN'].includes(told.rcode)) return told;
    }
    return undefined;
  }

  private async addressesOf(hosts: readonly string[], steps: number): Promise<string[]> {
    const answers = await Promise.all(hosts.map((host) => this.resolve(host, 'A', steps + 1)));
    return answers.flatMap(({ answers: records }) =>
      records.flatMap((record) => (record.type === 'A' ? [record.data] : [])),
    );
  }
}

/** The servers that a reply sends on to, with the addresses that it gave along; undefined where it is an answer. */
const referralIn = (
  { rcode, authoritative, answers, authorities, additionals }: ZoneAnswer,
  name: string,
): { hosts: string[]; glue: string[] } | undefined => {
  if (authoritative || rcode !== 'NOERROR' || answers.length > 0) return undefined;
  const hosts = authorities.flatMap((record) =>
    record.type === 'NS' && `.${name}`.endsWith(`.${canonical(record.name)}`) ? [canonical(record.data)] : [],
  );
  if (hosts.length === 0) return undefined;
  const glue = additionals.flatMap((record) =>
    (record.type === 'A' || record.type === 'AAAA') && hosts.includes(canonical(record.name))
      ? [record.data]
      : [],
  );
  return { hosts, glue };
};

/** A recursive resolver with a cache, over UDP and TCP on one port. */
export const startDnsResolver = async (options: DnsResolverOptions) => {
  const { address = '127.0.0.1', dnsPort } = options;
  const roots = options.roots.map((address) => ({ address, port: dnsPort }));
  const recursor = new Recursor(roots, dnsPort, options.patience);
  const rules = new Rules();
  const log: LoggedQuestion[] = [];
  const bogus: string[] = [];

  const { port, close } = await listen([address], options.port ?? 0, async (bytes, via) => {
    const query = parseQuery(bytes, via);
    if (!query) return undefined;
    log.push(query.question);
    const { name, type, checkingDisabled } = query.question;
    const fault = rules.for(query.question);
    const heldBack = !checkingDisabled && bogus.some((zone) => name === zone || name.endsWith(`.${zone}`));
    const idle = fault.drop || fault.rcode !== undefined || heldBack;
    const answer = idle ? SERVFAIL : await recursor.resolve(name, type as RecordType);
    return writeReply(query, answer, true, fault);
  });

  return {
    port,
    /** `ip:port` */
    address: formatEndpoint({ address, port }),
    log: log as readonly LoggedQuestion[],
    flush: (): void => recursor.cache.clear(),
    /** Makes it find the signatures of a zone broken: it answers SERVFAIL unless checking is disabled. */
    findBogus: (zone: string) => void bogus.push(canonical(zone)),
    misbehave: (rule: Rule): void => rules.add(rule),
    /** How it misbehaves at every such question. */
    misbehaviourAt: (question: RuledQuestion): Misbehaviour => rules.always(question),
    close,
  };
};
