import { recordName } from '../../../handlers/contract';
import type { GateRequest, GateWorld } from '../../../handlers/dns/gate';
import type { Lookup, LookupRequest } from '../../../handlers/dns/lookup';
import type { GateOutcome, ServerVerdict, Verdict } from '../../../handlers/dns/outcome';
import { readRecord } from '../../../handlers/dns/record';
import type { ServerAnswer } from '../../../handlers/dns/server-answer';
import { sameKey } from '../../../handlers/key/public-key';
import type { Calls } from './calls';
import type { Invocation } from './invocation';

const SERVERS: readonly { readonly address: string; readonly name?: string }[] = [
  { address: '192.0.2.1:53', name: 'ns1.example.net' },
  { address: '192.0.2.2:53', name: 'ns2.example.net' },
];

const REASONS: Readonly<Record<Verdict, string>> = {
  ready: 'has the record',
  missing: 'says that the name does not exist',
  'other-value': 'has a valid record of another key',
  invalid: 'has a record that no signer can use',
  unreachable: 'did not answer',
};

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
  private readonly records = new Map<string, string>();
  private readonly others = new Map<string, readonly string[]>();
  /** Addresses of servers that have not got the records yet. */
  readonly lagging = new Set<string>();
  /** Addresses of servers that do not answer. */
  readonly silent = new Set<string>();

  /** Why every other lookup fails. */
  failLookups: string | undefined;

  private serving = SERVERS;

  constructor(private readonly calls: Calls) {}

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
    const servers = this.serving.map((server): ServerAnswer => {
      const place = { ...server, role: mode, roundTripMs: 5 };
      if (this.silent.has(server.address))
        return { ...place, values: [], problem: { kind: 'silent' }, reason: 'does not answer' };
      const [content, ...others] = [type, ...also].map((each) => ({
        rcode: exists ? 'NOERROR' : 'NXDOMAIN',
        values: this.lagging.has(server.address) ? [] : (this.others.get(`${name} ${each}`) ?? []),
      }));
      return { ...place, ...content!, also: others };
    });
    const hosts = servers.map(({ name: host, address }) => ({
      name: host,
      addresses: [address],
      isFormer: false,
    }));
    return { servers, hosts, limits: [], disagreements: [] };
  }

  private ask(request: GateRequest, rounds: number): GateOutcome {
    const servers = this.serving.map((server): ServerVerdict => {
      const judged = this.judge(server.address, request);
      return { ...server, role: 'authoritative', ...judged, reason: REASONS[judged.verdict], roundTripMs: 5 };
    });
    const answering = servers.filter(({ verdict }) => verdict !== 'unreachable');
    const has = (verdict: Verdict) => answering.some((server) => server.verdict === verdict);
    const ready = answering.length > 0 && answering.every(({ verdict }) => verdict === 'ready');
    const code =
      answering.length === 0
        ? 'DNS_LOOKUP_FAILED'
        : has('ready') || has('missing')
          ? 'DNS_TXT_NOT_READY'
          : has('invalid')
            ? 'DNS_TXT_INVALID'
            : 'DNS_KEY_MISMATCH';
    return {
      ready,
      ...(!ready && { code }),
      message: ready
        ? `DNS TXT record for ${nameOf(request)} is published.`
        : code === 'DNS_TXT_NOT_READY'
          ? `DNS TXT record for ${nameOf(request)} is not yet available. Please wait for DNS propagation.`
          : `${code} for ${nameOf(request)}.`,
      recordName: nameOf(request),
      zone: request.domain,
      expectedFingerprint: request.expected.fingerprint,
      servers,
      rounds,
      warnings: answering.length < servers.length && ready ? ['Not every server answered.'] : [],
    };
  }

  private judge(
    address: string,
    request: GateRequest,
  ): { readonly verdict: Verdict; readonly fingerprint?: string } {
    if (this.silent.has(address)) return { verdict: 'unreachable' };
    const value = this.lagging.has(address) ? undefined : this.records.get(nameOf(request));
    if (value === undefined) return { verdict: 'missing' };
    const read = reading(value);
    if ('problem' in read) return { verdict: 'invalid' };
    const { fingerprint } = read.key;
    return { verdict: sameKey(read.key, request.expected) ? 'ready' : 'other-value', fingerprint };
  }
}
