/**
 * What an event may ask for although it weakens the proof or the way back: only what the control stack allows, for
 * whoever may invoke the function must not be able to weaken it. Part of the contract: both ends import this file.
 */
import {
  AUDIT_PREFIX,
  DRILL_PREFIX,
  type GateSettings,
  KEY_PREFIX,
  LEDGER_PREFIX,
  RECORD_PREFIX,
  type ResourceEvent,
} from './contract';

/** What the control stack allows beyond its own `gate`. Nothing, by default. */
export interface Allowances {
  /**
   * `ip:port` or `https://…` of name servers and resolvers that an event may name. Together with name servers of this
   * list, no resolver need be asked (`resolvers: []`): none sees the inside of a closed network.
   * @default none
   */
  readonly servers?: readonly string[];
  /** Whether `mode: recursive` may be asked for: no server of the zone is asked then. @default false */
  readonly recursive?: boolean;
  /** Domains whose signing state may be given up though it cannot be restored; true: all. @default none */
  readonly irreversible?: true | readonly string[];
}

/** What the control stack says: nobody who merely invokes the function can change it. */
export interface Control {
  /** What may be asked for although it weakens the proof. */
  readonly allow: Allowances;
  /** How DNS is asked where an event does not say. */
  readonly gate: GateSettings;
  /** `''` where none is configured, or it is not known yet. */
  readonly bucket: string;
  /** Places outside the key store, as `bucket/prefix`, that keys and DNS information are read from. */
  readonly alsoRead: readonly string[];
}

/** What is asked for; the domain in A-labels, and absent where it is not about one. */
export type Asked = Partial<Pick<ResourceEvent, 'domain' | 'gate' | 'irreversible' | 'keyStore'>>;

/** One thing that was asked for and is not allowed. */
export interface NotAllowed {
  /** Dotted: `gate.nameservers`. */
  readonly setting: string;
  readonly found: unknown;
  /** What may be asked for, in words. */
  readonly allowed: string;
  /** What the control stack would have to say: its prop, dotted. */
  readonly by: string;
}

export const notAllowed = (asked: Asked, control: Control): NotAllowed[] => [
  ...ofGate(asked.gate ?? {}, control),
  ...ofWayBack(asked, control),
  ...ofKeyStore(asked.keyStore ?? {}, control),
];

/**
 * How a stack asks DNS, as its ledger remembers it, without what is not allowed any more: a deploy would be refused, and
 * what the function does by itself nobody sees before it is done.
 */
export function stillAllowed(gate: GateSettings, control: Control): GateSettings {
  const refused = new Set(ofGate(gate, control).map(({ setting }) => setting));
  return Object.fromEntries(Object.entries(gate).filter(([name]) => !refused.has(`gate.${name}`)));
}

function ofGate(gate: GateSettings, { allow, gate: own }: Control): NotAllowed[] {
  const found: NotAllowed[] = [];
  const refuse = (setting: keyof GateSettings, allowed: string, by: string) =>
    found.push({ setting: `gate.${setting}`, found: gate[setting], allowed, by });
  const { nameservers, resolvers } = gate;
  const { servers = [] } = allow;
  const ownNameservers = own.nameservers ?? [];

  // Fewer servers than the control stack asks would be a thinner proof, so it is all of them or those it allows.
  if (nameservers && !sameAddresses(nameservers, ownNameservers) && !within(nameservers, servers))
    refuse('nameservers', listed('those that the zone names', ownNameservers, servers), 'allow.servers');
  if (resolvers?.length === 0) {
    const asksAllowedServers = nameservers !== undefined && within(nameservers, servers);
    if (own.resolvers?.length !== 0 && !asksAllowedServers)
      refuse(
        'resolvers',
        'one resolver or more, unless gate.nameservers are all in allow.servers',
        'allow.servers',
      );
  } else if (resolvers) {
    const allowed = [...(own.resolvers ?? []), ...servers];
    if (!within(resolvers, allowed)) refuse('resolvers', listed('the usual ones', allowed), 'allow.servers');
  }
  if (gate.mode === 'recursive' && own.mode !== 'recursive' && !allow.recursive)
    refuse('mode', 'authoritative', 'allow.recursive');
  if (gate.strict === false && own.strict) refuse('strict', 'true', 'gate.strict');
  return found;
}

function ofWayBack({ domain, irreversible: found }: Asked, { allow }: Control): NotAllowed[] {
  const { irreversible = [] } = allow;
  const mayBeGivenUp = irreversible === true || (domain !== undefined && irreversible.includes(domain));
  if (found !== 'allow' || mayBeGivenUp) return [];
  return [{ setting: 'irreversible', found, allowed: 'refuse', by: 'allow.irreversible' }];
}

/** Ours in the bucket, and not for keys: whoever could name a place there could have a ledger written over. */
const OWN_PREFIXES = [LEDGER_PREFIX, AUDIT_PREFIX, DRILL_PREFIX];

function ofKeyStore(keyStore: NonNullable<Asked['keyStore']>, { bucket, alsoRead }: Control): NotAllowed[] {
  const inBucket = keyStore.bucket ?? bucket;
  const isAllowed = (key: string, prefixes: readonly string[]): boolean => {
    const place = `${inBucket}/${key}`;
    if (inBucket === bucket && prefixes.some((prefix) => key.startsWith(prefix))) return true;
    if (OWN_PREFIXES.some((own) => key.startsWith(own))) return false;
    return alsoRead.some((readable) => place.startsWith(readable));
  };
  const below = (setting: 'privateKey' | 'dnsRecords', prefixes: readonly string[]): NotAllowed[] => {
    const key = keyStore[setting];
    if (key === undefined || isAllowed(key, prefixes)) return [];
    const allowed = `below ${[...prefixes.map((prefix) => `${bucket}/${prefix}`), ...alsoRead].join(', ')}`;
    return [{ setting: `keyStore.${setting}`, found: `${inBucket}/${key}`, allowed, by: 'alsoRead' }];
  };
  // A key not below the records, which more people read; of those the old process laid some beside the key.
  return [...below('privateKey', [KEY_PREFIX]), ...below('dnsRecords', [RECORD_PREFIX, KEY_PREFIX])];
}

/** `192.0.2.1` and `192.0.2.1:53` are one server. */
const withPort = (address: string): string =>
  (/^https:/i.test(address) || /(^[^[:]+|\]):\d+$/.test(address) ? address : `${address}:53`).toLowerCase();

const within = (addresses: readonly string[], allowed: readonly string[]): boolean => {
  const known = new Set(allowed.map(withPort));
  return addresses.every((address) => known.has(withPort(address)));
};

const sameAddresses = (some: readonly string[], others: readonly string[] = []): boolean =>
  within(some, others) && within(others, some);

const listed = (usual: string, ...lists: (readonly string[])[]): string =>
  [usual, ...new Set(lists.flat())].join(', ');
