import type { SigningState } from '../../aws/email-identity';
import type { Services } from '../../aws/services';
import { controlOf } from '../../contract/input/environment';
import type { AuditRequest, Place } from '../../contract/input/event';
import type { RotationSettings } from '../../contract/input/event-schema';
import { withoutViolations } from '../../contract/settings/allowances';
import { ByodkimError } from '../../errors/errors';
import type { PublicKey } from '../../keys/format/public-key';
import { currentOwner, type Ledger, type Wanted } from '../../ledger/ledger';
import { readLedgers } from '../../ledger/ledger-store';
import type { GateOutcome } from '../../words/gate';
import type { World } from '../../world';
import type { Memory } from '../findings/news';

/** One invocation of an audit. */
export interface Run {
  readonly world: World;
  /** Services of the function's own region. */
  readonly services: Services;
  readonly servicesOf: (region: string) => Services;
  readonly request: AuditRequest;
  /** Findings of earlier audits. */
  readonly memory: Memory;
  /** Resolves when SES's rate allows another call. */
  readonly waitForSesRate: () => Promise<void>;
}

/** Facts by which a domain is judged. */
export interface Audited {
  readonly world: World;
  /** Services of the domain's region. */
  readonly services: Services;
  readonly gate: AuditRequest['gate'];
  readonly memory: Memory;
  /** Number of invocations that this one has armed; absent if it is read-only, arms none and writes no ledger. */
  readonly acts?: { armed: number } | undefined;
  readonly now: number;
  readonly ledger: Ledger;
  /** The state of SES; `null` without an identity, and undefined if SES could not be asked. */
  readonly state: SigningState | null | undefined;
}

/** Returns the rotation settings of the domain's stack. */
export const rotationOf = ({ ledger }: Audited): RotationSettings => currentOwner(ledger)?.rotation ?? {};

/** Returns the state that SES should have: that of the open change, or the state in force. */
export const inForceIn = ({ open, inForce }: Ledger): Wanted | null => open?.wanted ?? inForce;

/** Reads the ledgers of many places, without those that cannot be read. */
export async function ledgersOf({ world, services }: Run, places: readonly Place[]): Promise<Ledger[]> {
  const read = await readLedgers(services.store, world.environment.keyStoreBucket, places);
  return read.flatMap((each) => (each instanceof ByodkimError ? [] : (each ?? [])));
}

/** Returns the gate settings of the domain's stack, so that the audit asks the servers that the deploy asked. */
export const dnsSettings = ({ world, gate, ledger }: Audited): AuditRequest['gate'] => ({
  ...gate,
  ...withoutViolations(currentOwner(ledger)?.gate ?? {}, controlOf(world.environment)),
  waitSeconds: 0,
});

/** Checks whether DNS has the record of a selector. */
export function askDnsAsDeploy(
  audited: Audited,
  selector: string,
  expected: PublicKey,
): Promise<GateOutcome> {
  const { world, ledger } = audited;
  const request = { domain: ledger.domain, selector, expected, ...dnsSettings(audited) };
  return world.prove(request, world);
}
