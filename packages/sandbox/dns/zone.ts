import type { Answer } from 'dns-packet';

/** Strings of one TXT record as they go over the wire, instead of a value that is split at 255. */
export interface TxtStrings {
  readonly strings: readonly (string | Buffer)[];
}

/** One record's data: text as in a zone file (a TXT value without quotes). */
export type RecordData = string | TxtStrings;

/** Records by `name TYPE`, e.g. `{ 'ns1.example.com A': '127.0.0.1' }`; several records in an array. */
export type ZoneRecords = Readonly<Record<string, RecordData | readonly RecordData[]>>;

/** Zones by name; `.` is the root. Each zone gets a SOA record, and an NS record unless it has some. */
export type Zones = Readonly<Record<string, ZoneRecords>>;

export interface ZoneAnswer {
  readonly rcode: string;
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
}

/** Makes an answer without records. */
export const emptyAnswer = (rcode: string): ZoneAnswer => ({
  rcode,
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
});

export const canonical = (name: string): string => name.replace(/\.$/, '').toLowerCase();

const within = (name: string, zone: string): boolean =>
  zone === '' || name === zone || name.endsWith(`.${zone}`);

const parent = (name: string): string => name.replace(/^[^.]*\.?/, '');

/** Splits a TXT record's value into strings of at most 255 octets, the longest that the wire allows. */
const txtStrings = (data: RecordData): Buffer[] => {
  if (typeof data !== 'string') return data.strings.map((part) => Buffer.from(part as string));
  const bytes = Buffer.from(data);
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 255) parts.push(bytes.subarray(at, at + 255));
  return parts;
};

const wireData = (type: string, data: RecordData): unknown => {
  if (type === 'TXT') return txtStrings(data);
  if (type !== 'MX') return canonical(data as string);
  const [preference, exchange = ''] = (data as string).split(' ');
  return { preference: Number(preference), exchange: canonical(exchange) };
};

const AUTHORITATIVE: ZoneAnswer = { ...emptyAnswer('NOERROR'), authoritative: true };

const ANSWERED_ALIASES = 8;
/** Limits how long resolvers cache a negative answer. */
const NEGATIVE_TTL_SECONDS = 60;

/** Answers from one zone's contents as an authoritative server does (RFC 1034 §4.3.2). */
export class Zone {
  private readonly records = new Map<string, RecordData[]>();

  constructor(
    readonly apex: string,
    records: ZoneRecords,
    private readonly ttlSeconds: number,
  ) {
    for (const [key, data] of Object.entries(records)) {
      const [name = '', type = ''] = key.split(' ');
      this.set(name, type, (Array.isArray(data) ? data : [data]) as RecordData[]);
    }
    if (!this.records.has(`${apex} NS`)) this.set(apex, 'NS', [`ns1.${apex}`]);
  }

  set(name: string, type: string, data: readonly RecordData[]): void {
    const key = `${canonical(name)} ${type}`;
    if (data.length === 0) this.records.delete(key);
    else this.records.set(key, [...data]);
  }

  private at(name: string, type: string, owner = name): Answer[] {
    return (this.records.get(`${name} ${type}`) ?? []).map(
      (data) =>
        ({
          type,
          name: owner === '' ? '.' : owner,
          class: 'IN',
          ttl: this.ttlSeconds,
          data: wireData(type, data),
        }) as Answer,
    );
  }

  private names(): string[] {
    return [...this.records.keys()].map((key) => key.split(' ')[0]!);
  }

  /** Returns whether a name exists: it has records, or a name below it does (an empty non-terminal). */
  private exists(name: string): boolean {
    return name === this.apex || this.names().some((other) => within(other, name));
  }

  private soa(): Answer {
    return {
      type: 'SOA',
      name: this.apex === '' ? '.' : this.apex,
      class: 'IN',
      ttl: NEGATIVE_TTL_SECONDS,
      data: {
        mname: `ns1.${this.apex}`,
        rname: `hostmaster.${this.apex}`,
        serial: 1,
        refresh: 3600,
        retry: 600,
        expire: 86400,
        minimum: NEGATIVE_TTL_SECONDS,
      },
    };
  }

  private glue(delegation: readonly Answer[]): Answer[] {
    const targets = delegation.map((record) => canonical(String((record as { data: unknown }).data)));
    return targets.flatMap((target) => [...this.at(target, 'A'), ...this.at(target, 'AAAA')]);
  }

  /** Returns the delegation at `name` or above it, if this zone delegates it. */
  private delegation(name: string): Answer[] {
    for (let cut = name; within(cut, this.apex) && cut !== this.apex; cut = parent(cut)) {
      const ns = this.at(cut, 'NS');
      if (ns.length > 0) return ns;
    }
    return [];
  }

  /** Returns the name itself, or the wildcard that stands in for it (RFC 4592). */
  private source(name: string): string | undefined {
    if (this.exists(name)) return name;
    let encloser = parent(name);
    while (!this.exists(encloser)) encloser = parent(encloser);
    const wildcard = encloser === '' ? '*' : `*.${encloser}`;
    return this.exists(wildcard) ? wildcard : undefined;
  }

  answer(question: string, type: string): ZoneAnswer {
    const answers: Answer[] = [];
    let name = canonical(question);
    for (let hops = 0; hops < ANSWERED_ALIASES; hops += 1) {
      const delegation = this.delegation(name);
      if (delegation.length > 0) return this.referral(delegation, answers);
      const source = this.source(name);
      if (source === undefined) return this.negative('NXDOMAIN', answers);
      const found = type === 'SOA' && name === this.apex ? [this.soa()] : this.at(source, type, name);
      if (found.length > 0) return this.positive(type, [...answers, ...found], found);
      const [alias] = this.at(source, 'CNAME', name);
      if (!alias) return this.negative('NOERROR', answers);
      answers.push(alias);
      const target = canonical(String((alias as { data: unknown }).data));
      if (!within(target, this.apex) || answers.some((record) => canonical(record.name) === target)) break;
      name = target;
    }
    return { ...AUTHORITATIVE, answers };
  }

  /** Adds the NS records of the zone to an answer with records, as BIND and Route 53 do. */
  withServers(answer: ZoneAnswer): ZoneAnswer {
    const isPositive = answer.authoritative && answer.answers.length > 0 && answer.authorities.length === 0;
    return isPositive ? { ...answer, authorities: this.at(this.apex, 'NS') } : answer;
  }

  /** Answers with the aliases that were followed, or, if there were none, with a referral. */
  private referral(delegation: readonly Answer[], answers: readonly Answer[]): ZoneAnswer {
    if (answers.length > 0) return { ...emptyAnswer('NOERROR'), authoritative: true, answers };
    return { ...emptyAnswer('NOERROR'), authorities: delegation, additionals: this.glue(delegation) };
  }

  private positive(type: string, answers: readonly Answer[], found: readonly Answer[]): ZoneAnswer {
    return { ...AUTHORITATIVE, answers, additionals: type === 'NS' ? this.glue(found) : [] };
  }

  private negative(rcode: string, answers: readonly Answer[]): ZoneAnswer {
    return { ...AUTHORITATIVE, rcode, answers, authorities: [this.soa()] };
  }
}

/** Finds the zone that `name` belongs to: the one with the longest apex. */
export const zoneOf = (zones: readonly Zone[], name: string): Zone | undefined =>
  zones.filter(({ apex }) => within(canonical(name), apex)).sort((a, b) => b.apex.length - a.apex.length)[0];
