/**
 * Finds the settings of an event that weaken the proof or the rollback, or let others sign, and that the control stack does
 * not allow. Otherwise every caller with lambda:InvokeFunction could use them. Part of the contract: both ends import this file.
 */
import { AUDIT_PREFIX, DRILL_PREFIX, KEY_PREFIX, LEDGER_PREFIX, RECORD_PREFIX } from '../contract';
import { type SettingMistake, valueAt } from './setting';
import type { Allowances, EventSettings, GateSettings, KeyStore } from './settings';

/** The policy of the control stack. Callers with only lambda:InvokeFunction cannot change it. */
export interface Control {
  /** Settings that are allowed although they weaken the proof. */
  readonly allow: Allowances;
  /** Gate settings for events that have none. */
  readonly gate: GateSettings;
  /** Bucket of the key store; `''` if none is configured or the name is not known yet. */
  readonly bucket: string;
  /** Places outside the key store, as `bucket/prefix`, from which keys and DNS information are read. */
  readonly alsoRead: readonly string[];
}

/** The requested settings, with the domain in A-labels if they are for a domain. */
export type Asked = EventSettings & {
  readonly domain?: string | undefined;
  readonly keyStore?: KeyStore | undefined;
  readonly rotation?: { readonly delegation?: { readonly zone: string } | undefined } | undefined;
};

/** One setting that is not allowed; `by` is the path of the control stack's prop that would allow it. */
export type Violation = SettingMistake & { readonly by: string };

/** Finds the requested settings that the control stack does not allow. */
export const findViolations = (asked: Asked, control: Control): Violation[] => [
  ...violationsOfSettings(asked, control),
  ...violationsOfKeyStore(asked.keyStore ?? {}, control),
];

/**
 * Returns the gate settings in a stack's ledger without those that are no longer allowed. A deploy with them would be refused,
 * but scheduled work has no caller who would see the error.
 */
export function withoutViolations(gate: GateSettings, control: Control): GateSettings {
  const refused = new Set(violationsOfSettings({ gate }, control).map(({ prop }) => prop));
  return Object.fromEntries(Object.entries(gate).filter(([name]) => !refused.has(`gate.${name}`)));
}

/** A setting that is refused. */
type Refusal = Omit<Violation, 'found'>;

function violationsOfSettings(asked: Asked, control: Control): Violation[] {
  const refusals = [
    ...refusedMode(asked, control),
    ...refusedNameservers(asked, control),
    ...refusedResolvers(asked, control),
    ...refusedStrictness(asked, control),
    ...refusedIrreversible(asked, control),
    ...refusedAliasZone(asked, control),
  ];
  return refusals.map(({ prop, allowed, by }) => ({ prop, found: valueAt(asked, prop), allowed, by }));
}

function refusedMode({ gate }: Asked, { allow, gate: own }: Control): Refusal[] {
  if (gate?.mode !== 'recursive' || own.mode === 'recursive' || allow.recursive) return [];
  return [{ prop: 'gate.mode', allowed: 'authoritative', by: 'allow.recursive' }];
}

function refusedNameservers({ gate }: Asked, { allow: { servers = [] }, gate: own }: Control): Refusal[] {
  const nameservers = gate?.nameservers;
  // Asking fewer servers than the control stack does would be a weaker proof, so the list must have all of them, or only
  // servers that the control stack allows.
  if (!nameservers || sameServers(nameservers, own.nameservers) || isWithin(nameservers, servers)) return [];
  const allowed = formatServers('those that the zone names', own.nameservers, servers);
  return [{ prop: 'gate.nameservers', allowed, by: 'allow.servers' }];
}

function refusedResolvers({ gate = {} }: Asked, { allow: { servers = [] }, gate: own }: Control): Refusal[] {
  const { nameservers, resolvers } = gate;
  if (!resolvers) return [];
  if (resolvers.length === 0) {
    const isClosed = nameservers !== undefined && isWithin(nameservers, servers);
    if (own.resolvers?.length === 0 || isClosed) return [];
    const allowed = 'one resolver or more, unless gate.nameservers are all in allow.servers';
    return [{ prop: 'gate.resolvers', allowed, by: 'allow.servers' }];
  }
  if (isWithin(resolvers, [...(own.resolvers ?? []), ...servers])) return [];
  const allowed = formatServers('the usual ones', own.resolvers, servers);
  return [{ prop: 'gate.resolvers', allowed, by: 'allow.servers' }];
}

const refusedStrictness = ({ gate }: Asked, { gate: own }: Control): Refusal[] =>
  gate?.strict === false && own.strict ? [{ prop: 'gate.strict', allowed: 'true', by: 'gate.strict' }] : [];

function refusedIrreversible(
  { irreversible, domain }: Asked,
  { allow: { irreversible: givenUp = [] } }: Control,
): Refusal[] {
  const mayGiveUp = givenUp === true || (domain !== undefined && givenUp.includes(domain));
  if (irreversible !== 'allow' || mayGiveUp) return [];
  return [{ prop: 'irreversible', allowed: 'refuse', by: 'allow.irreversible' }];
}

/** Whoever owns the zone of an alias can sign as the domain, so a caller may not choose it. */
function refusedAliasZone({ rotation }: Asked, { allow: { aliasZones = [] } }: Control): Refusal[] {
  const zone = rotation?.delegation?.zone;
  if (zone === undefined || aliasZones.includes(zone)) return [];
  const allowed = aliasZones.join(', ') || 'no delegation';
  return [{ prop: 'rotation.delegation.zone', allowed, by: 'allow.aliasZones' }];
}

/** Normalizes `192.0.2.1` and `192.0.2.1:53` to one form. */
function withPort(server: string): string {
  return (/(^[^[:]+|\]):\d+$/.test(server) ? server : `${server}:53`).toLowerCase();
}

/** Returns whether every DNS server is among those that are allowed. */
function isWithin(servers: readonly string[], allowed: readonly string[]): boolean {
  const known = new Set(allowed.map(withPort));
  return servers.every((server) => known.has(withPort(server)));
}

const sameServers = (some: readonly string[], others: readonly string[] = []): boolean =>
  isWithin(some, others) && isWithin(others, some);

/** Formats the servers that may be asked: the usual ones, and those of both lists. */
const formatServers = (usual: string, own: readonly string[] = [], allowed: readonly string[]): string =>
  [usual, ...new Set([...own, ...allowed])].join(', ');

/** Prefixes of this project that may not hold keys: a caller could otherwise overwrite a ledger. */
const OWN_PREFIXES = [LEDGER_PREFIX, AUDIT_PREFIX, DRILL_PREFIX];

function violationsOfKeyStore(
  keyStore: NonNullable<Asked['keyStore']>,
  { bucket, alsoRead }: Control,
): Violation[] {
  const inBucket = keyStore.bucket ?? bucket;
  const isAllowed = (key: string, prefixes: readonly string[]): boolean => {
    const place = `${inBucket}/${key}`;
    if (inBucket === bucket && prefixes.some((prefix) => key.startsWith(prefix))) return true;
    if (OWN_PREFIXES.some((own) => key.startsWith(own))) return false;
    return alsoRead.some((readable) => place.startsWith(readable));
  };
  const below = (setting: 'privateKey' | 'dnsRecords', prefixes: readonly string[]): Violation[] => {
    const key = keyStore[setting];
    if (key === undefined || isAllowed(key, prefixes)) return [];
    const allowed = `below ${[...prefixes.map((prefix) => `${bucket}/${prefix}`), ...alsoRead].join(', ')}`;
    return [{ prop: `keyStore.${setting}`, found: `${inBucket}/${key}`, allowed, by: 'alsoRead' }];
  };
  // A key must not be below the records, which more people may read. The old process stored some records next to the key.
  return [...below('privateKey', [KEY_PREFIX]), ...below('dnsRecords', [RECORD_PREFIX, KEY_PREFIX])];
}
