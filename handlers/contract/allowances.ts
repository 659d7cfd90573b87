/**
 * Finds what an event asks for although it weakens the proof or the rollback and the control stack does not allow it.
 * Otherwise every caller with lambda:InvokeFunction could weaken them. Part of the contract: both ends import this file.
 */
import {
  type Allowances,
  AUDIT_PREFIX,
  DRILL_PREFIX,
  type EventSettings,
  type GateSettings,
  KEY_PREFIX,
  LEDGER_PREFIX,
  RECORD_PREFIX,
  type ResourceEvent,
} from './contract';
import { settingsOf, valueAt } from './setting';
import { SETTINGS } from './settings';

/** The policy of the control stack. Callers with only lambda:InvokeFunction cannot change it. */
export interface Control {
  /** What may be asked for although it weakens the proof. */
  readonly allow: Allowances;
  /** How DNS is asked if an event leaves it open. */
  readonly gate: GateSettings;
  /** `''` if none is configured, or it is not known yet. */
  readonly bucket: string;
  /** Places outside the key store, as `bucket/prefix`, that keys and DNS information are read from. */
  readonly alsoRead: readonly string[];
}

/** What is asked for; the domain in A-labels, and absent if it is not about one. */
export type Asked = EventSettings & Partial<Pick<ResourceEvent, 'domain' | 'keyStore'>>;

/** One thing that was asked for and is not allowed. */
export interface Violation {
  /** Dotted: `gate.nameservers`. */
  readonly setting: string;
  readonly found: unknown;
  /** What may be asked for, in words. */
  readonly allowed: string;
  /** Path of the prop of the control stack that would allow it. */
  readonly by: string;
}

/** Finds what is asked for although the control stack does not allow it. */
export const findViolations = (asked: Asked, control: Control): Violation[] => [
  ...violationsOfSettings(asked, control),
  ...violationsOfKeyStore(asked.keyStore ?? {}, control),
];

/**
 * Returns how a stack asks DNS, as its ledger remembers it, without settings that are no longer allowed: a deploy would
 * be refused, but scheduled work has no caller to show the error to.
 */
export function withoutViolations(gate: GateSettings, control: Control): GateSettings {
  const refused = new Set(violationsOfSettings({ gate }, control).map(({ setting }) => setting));
  return Object.fromEntries(Object.entries(gate).filter(([name]) => !refused.has(`gate.${name}`)));
}

const WEAKENING = settingsOf(SETTINGS).filter(([, { weakens }]) => weakens !== undefined);

function violationsOfSettings(asked: Asked, { allow, gate: own }: Control): Violation[] {
  const ground = { gate: asked.gate ?? {}, own, allow, domain: asked.domain };
  return WEAKENING.flatMap(([setting, { weakens }]) => {
    const found = valueAt(asked, setting);
    const refused = found === undefined ? undefined : weakens?.(found, ground);
    return refused === undefined ? [] : [{ setting, found, ...refused }];
  });
}

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
    return [{ setting: `keyStore.${setting}`, found: `${inBucket}/${key}`, allowed, by: 'alsoRead' }];
  };
  // No key below the records, which more people may read. The old process stored some records next to the key.
  return [...below('privateKey', [KEY_PREFIX]), ...below('dnsRecords', [RECORD_PREFIX, KEY_PREFIX])];
}
