/**
 * What an event may ask for although it weakens the proof or the way back: only what the control stack allows, for
 * whoever may invoke the function must not be able to weaken it. Part of the contract: both ends import this file.
 */
import {
  AUDIT_PREFIX,
  DEFAULT_ANSWER_SECONDS,
  DEFAULT_REQUIRED_PERCENT,
  DEFAULT_ROUND_SECONDS,
  DRILL_PREFIX,
  type GateSettings,
  KEY_PREFIX,
  LEDGER_PREFIX,
  RECORD_PREFIX,
  type ResourceEvent,
} from './contract';

/** What the control stack allows beyond its own `gate`. Nothing, by default. */
export interface Allowances {
  /** `ip:port` of name servers that may be asked instead of those that the zone names. @default none */
  readonly nameservers?: readonly string[];
  /** `ip:port` or `https://…` of resolvers that may be asked instead of the usual ones. @default none */
  readonly resolvers?: readonly string[];
  /** Whether no resolver has to see the record (`resolvers: []`). @default false */
  readonly withoutResolvers?: boolean;
  /** Whether `mode: recursive` may be asked for: resolvers' word alone. @default false */
  readonly recursive?: boolean;
  /** Of which domains a signing state that cannot be put back may be given up; true: of all. @default none */
  readonly irreversible?: true | readonly string[];
  /** The least `requiredPercent` that may be asked for. @default that of the control stack's `gate` */
  readonly requiredPercent?: number;
  /** The least `minimumServers` that may be asked for. @default that of the control stack's `gate` */
  readonly minimumServers?: number;
  /** The least `answerSeconds` that may be asked for. @default that of the control stack's `gate` */
  readonly answerSeconds?: number;
  /** The least `roundSeconds` that may be asked for. @default that of the control stack's `gate` */
  readonly roundSeconds?: number;
  /** Which `transport` may be asked for. @default that of the control stack's `gate` */
  readonly transport?: readonly NonNullable<GateSettings['transport']>[];
  /** Which `addressFamily` may be asked for. @default that of the control stack's `gate` */
  readonly addressFamily?: readonly NonNullable<GateSettings['addressFamily']>[];
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
  const refuse = (setting: keyof GateSettings, allowed: string, by: keyof Allowances = setting as never) =>
    found.push({ setting: `gate.${setting}`, found: gate[setting], allowed, by: `allow.${by}` });

  // Fewer servers than the control stack asks would be a thinner proof, so it is all of them or those it allows.
  if (gate.nameservers && !sameAddresses(gate.nameservers, own.nameservers)) {
    const allowed = allow.nameservers ?? [];
    if (!within(gate.nameservers, allowed))
      refuse('nameservers', listed('those that the zone names', own.nameservers ?? [], allowed));
  }
  if (gate.resolvers?.length === 0) {
    if (own.resolvers?.length !== 0 && !allow.withoutResolvers)
      refuse('resolvers', 'one resolver or more', 'withoutResolvers');
  } else if (gate.resolvers) {
    const allowed = [...(own.resolvers ?? []), ...(allow.resolvers ?? [])];
    if (!within(gate.resolvers, allowed)) refuse('resolvers', listed('the usual ones', allowed));
  }
  if (gate.mode === 'recursive' && own.mode !== 'recursive' && !allow.recursive)
    refuse('mode', 'authoritative', 'recursive');
  for (const [setting, usual] of [
    ['requiredPercent', DEFAULT_REQUIRED_PERCENT],
    ['minimumServers', 1],
    // A server that is given less time counts as silent, and a silent one is passed over.
    ['answerSeconds', DEFAULT_ANSWER_SECONDS],
    ['roundSeconds', DEFAULT_ROUND_SECONDS],
  ] as const) {
    const least = Math.min(own[setting] ?? usual, allow[setting] ?? Number.POSITIVE_INFINITY);
    if ((gate[setting] ?? least) < least) refuse(setting, `${least} or more`);
  }
  // Of a server that is asked another way, or at other addresses, another part is seen.
  for (const setting of ['transport', 'addressFamily'] as const) {
    const [asked, usual] = [gate[setting], own[setting] ?? 'any'];
    const allowed: readonly string[] = [usual, ...(allow[setting] ?? [])];
    if (asked !== undefined && !allowed.includes(asked)) refuse(setting, [...new Set(allowed)].join(', '));
  }
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
