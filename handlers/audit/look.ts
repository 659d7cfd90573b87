import { stillAllowed } from '../allowances';
import type { RotationSettings } from '../contract';
import { type DnsInformation, describedKey, readOwnInformation } from '../dkim-key/dns-information';
import type { GateOutcome } from '../dns/outcome';
import { controlOf } from '../environment';
import type { AuditRequest } from '../event';
import type { RsaPublicKey } from '../key/public-key';
import { currentOwner, type Ledger } from '../ledger/ledger';
import type { Services, World } from '../world';
import type { Finding } from './finding-catalogue';

/** What one look at one domain needs. */
export interface AuditWorld {
  readonly world: World;
  /** Of the domain's region. */
  readonly services: Services;
  readonly gate: AuditRequest['gate'];
  /** Resolves when it is this domain's turn to ask SES. */
  readonly sesTurn: () => Promise<void>;
}

/** A domain that is looked at, as its ledger knows it. */
export interface Audited extends AuditWorld {
  readonly now: number;
  readonly ledger: Ledger;
  /** As its stack says. */
  readonly rotation: RotationSettings;
}

/** What one look found. */
export interface Seen {
  readonly findings: readonly Finding[];
  readonly notes?: readonly string[];
}

/** As its stack asks: in a closed network nobody else may answer. */
export const ask = (
  { world, gate, ledger }: Audited,
  selector: string,
  expected: RsaPublicKey,
): Promise<GateOutcome> =>
  world.prove(
    {
      domain: ledger.domain,
      selector,
      expected,
      ...gate,
      ...stillAllowed(currentOwner(ledger)?.gate ?? {}, controlOf(world.environment)),
      waitSeconds: 0,
    },
    { clock: world.clock, remainingMs: () => world.remainingMs() },
  );

/** What we have written down of a selector's key; undefined where we did not, or it does not hold together. */
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
