import { recordName } from '../../../handlers/contract/contract';
import type { Content, ServerAnswer } from '../../../handlers/dns/answer';
import type { GateRequest } from '../../../handlers/dns/conclude';
import { judgeServers } from '../../../handlers/dns/conclude';
import type { GateWorld } from '../../../handlers/dns/gate';
import type { Lookup, LookupRequest } from '../../../handlers/dns/lookup';
import { gateOutcome } from '../../../handlers/dns/outcome';
import type { ServerRole } from '../../../handlers/dns-verdicts';
import { readRecord } from '../../../handlers/keys/format/record';
import type { GateOutcome } from '../../../handlers/words/gate';
import type { Calls } from './calls';
import type { Invocation } from './invocation';

const SERVERS: readonly { readonly address: string; readonly name?: string }[] = [
  { address: '192.0.2.1:53', name: 'ns1.example.net' },
  { address: '192.0.2.2:53', name: 'ns2.example.net' },
];

/** Reading an RSA key takes longer than all the rest of a gate, and the same few records are read again and again. */
const readings = new Map<string, ReturnType<typeof readRecord>>();

function reading(value: string): ReturnType<typeof readRecord> {
  const known = readings.get(value) ?? readRecord(value);
  readings.set(value, known);
  return known;
}

const nameOf = ({ domain, selector }: GateRequest): string => recordName(domain, selector);

/** Two name servers that serve every zone, and a gate that judges them as the real one does, without sockets. */
export class DnsZone {
  private readonly records: Map<string, string>;
  private readonly others = new Map<string, readonly string[]>();
  /** Addresses of servers that have not got the records yet. */
  readonly lagging = new Set<string>();
  /** Addresses of servers that do not answer. */
  readonly silent = new Set<string>();

  /** Why every other lookup fails. */
  failLookups: string | undefined;

  private serving = SERVERS;

  constructor(
    private readonly calls: Calls,
    beside?: DnsZone,
  ) {
    this.records = beside?.records ?? new Map();
  }

  get servers(): readonly string[] {
    return this.serving.map(({ address }) => address);
  }

  /** Delegates every zone to the servers with these addresses, which have the same records. */
  serveFrom(addresses: readonly string[]): void {
    this.serving = addresses.map(
      (address) => SERVERS.find((server) => server.address === address) ?? { address },
    );
  }

  publish(name: string, value: string): void {
    this.records.set(name, value);
  }

  unpublish(name: string): void {
    this.records.delete(name);
  }

  /** base64 of the key in the record, where SES could read one. */
  publicKey(name: string): string | undefined {
    const value = this.records.get(name);
    return value === undefined ? undefined : reading(value).key?.spki;
  }

  /** The gate of one invocation. */
  gate(invocation: Invocation): (request: GateRequest, world: GateWorld) => Promise<GateOutcome> {
    return async (request, world) => {
      const until = world.clock.now() + request.waitSeconds * 1000;
      for (let rounds = 1; ; rounds += 1) {
        const place = { action: 'dns:Prove', resource: nameOf(request) };
        const outcome = await this.calls.perform(invocation, world.clock, place, () =>
          this.ask(request, rounds),
        );
        const left = Math.min(until - world.clock.now(), world.remainingMs());
        if (outcome.ready || left <= 0) return outcome;
        await world.clock.sleep(Math.min(2_000, left), world.signal);
      }
    };
  }

  /** Publishes other records than those of keys. */
  publishOther(name: string, type: LookupRequest['type'], ...values: string[]): void {
    this.others.set(`${name} ${type}`, values);
  }

  /** Looks other records up, without sockets. */
  async lookUp({ name, type, mode, also = [] }: LookupRequest): Promise<Lookup> {
    if (this.failLookups !== undefined) throw new Error(this.failLookups);
    const exists = [...this.others.keys()].some((key) => key.split(' ')[0]!.endsWith(name));
    const servers = this.answers((address) => {
      const [content, ...others] = [type, ...also].map((each) => ({
        rcode: exists ? 'NOERROR' : 'NXDOMAIN',
        values: this.lagging.has(address) ? [] : (this.others.get(`${name} ${each}`) ?? []),
      }));
      return { ...content!, also: others };
    }, mode);
    return { servers, hosts: this.hosts, limits: [], staleDelegations: [] };
  }

  private get hosts() {
    return this.serving.map(({ name, address }) => ({ name, addresses: [address], isFormer: false }));
  }

  private ask(request: GateRequest, rounds: number): GateOutcome {
    const answers = this.answers((address) => {
      const value = this.lagging.has(address) ? undefined : this.records.get(nameOf(request));
      return {
        rcode: value === undefined ? 'NXDOMAIN' : 'NOERROR',
        values: value === undefined ? [] : [value],
      };
    });
    const findings = {
      hosts: this.hosts,
      limits: [],
      staleDelegations: [],
      ...judgeServers(answers, request.expected),
      request: { ...request, mode: 'authoritative', strict: false },
      zone: request.domain,
      recordName: nameOf(request),
      wasMissing: false,
      hints: [],
    } as const;
    return gateOutcome(findings, rounds);
  }

  /** What each server answers. */
  private answers(
    contentAt: (address: string) => Content & Pick<ServerAnswer, 'also'>,
    role: ServerRole = 'authoritative',
  ): ServerAnswer[] {
    return this.serving.map((server) => ({
      ...server,
      role,
      roundTripMs: 5,
      ...(this.silent.has(server.address)
        ? { values: [], problem: { kind: 'silent' } }
        : contentAt(server.address)),
    }));
  }
}
