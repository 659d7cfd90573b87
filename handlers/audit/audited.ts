import { withoutViolations } from '../allowances';
import type { RotationSettings } from '../contract';
import { type DnsInformation, describedKey, readOwnInformation } from '../dkim-key/dns-information';
import { controlOf } from '../environment';
import type { AuditRequest } from '../event';
import type { GateOutcome } from '../gate-outcome';
import type { RsaPublicKey } from '../key/public-key';
import { currentOwner, type Ledger } from '../ledger/ledger';
import type { Services, World } from '../world';
import type { Finding } from './finding-catalogue';
import { type Known, knownOf, type Memory } from './news';
import type { Survey } from './survey';

/** What the audit of one domain needs. */
export interface AuditWorld {
  readonly world: World;
  /** Of the domain's region. */
  readonly services: Services;
  readonly gate: AuditRequest['gate'];
  /** Services of another region. */
  readonly servicesOf: (region: string) => Services;
  /** What SES lists once for all domains. */
  readonly survey: Survey;
  /** What earlier audits have found. */
  readonly memory: Memory;
  /** How many invocations this one has armed; absent: an audit by hand arms none, and writes no ledger. */
  readonly acts?: { armed: number } | undefined;
  /** Resolves when SES's rate allows another call. */
  readonly waitForSesRate: () => Promise<void>;
}

/** A domain that is audited, as its ledger knows it. */
export interface Audited extends AuditWorld {
  readonly now: number;
  readonly ledger: Ledger;
  /** As its stack says. */
  readonly rotation: RotationSettings;
}

/** What one check found. */
export interface Seen {
  readonly findings: readonly Finding[];
  readonly notes?: readonly string[];
}

export const NOTHING_FOUND: Seen = { findings: [] };

/** What is known of a finding from an earlier audit. */
export const knownBefore = (
  { memory, ledger }: Pick<Audited, 'memory' | 'ledger'>,
  code: Finding['code'],
): Known | undefined => knownOf(memory.last, ledger, { code });

/** Returns how the domain's stack asks DNS: in a closed network no other server may answer. */
export const dnsSettings = ({ world, gate, ledger }: Audited): AuditRequest['gate'] => ({
  ...gate,
  ...withoutViolations(currentOwner(ledger)?.gate ?? {}, controlOf(world.environment)),
  waitSeconds: 0,
});

/** Asks DNS whether it has the record of a selector. */
export const ask = (audited: Audited, selector: string, expected: RsaPublicKey): Promise<GateOutcome> => {
  const { world, ledger } = audited;
  const request = { domain: ledger.domain, selector, expected, ...dnsSettings(audited) };
  return world.prove(request, { clock: world.clock, remainingMs: () => world.remainingMs() });
};

/** Returns our own description of a selector's key; undefined if none exists, or its parts contradict each other. */
export async function describedHere(
  { world, services, ledger }: Audited,
  selector: string,
): Promise<{ readonly information: DnsInformation; readonly publicKey: RsaPublicKey } | undefined> {
  const { information } = await readOwnInformation(world, services, ledger.domain, selector);
  const publicKey = information && describedKey(information);
  return information && publicKey?.fingerprint === information.fingerprint
    ? { information, publicKey }
    : undefined;
}
