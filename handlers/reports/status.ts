/** Reports on one domain without changing anything: from its ledger and SES and, on request, with present findings. */
import { isSurveyed } from '../audit/findings/finding';
import type { LastFinding } from '../audit/findings/last-findings';
import { lastFindingsByPlace, type Memory, readMemory, sinceOf } from '../audit/findings/news';
import { domainReport, unmanaged } from '../audit/findings/report';
import { judge } from '../audit/judge/judge';
import type { SigningState } from '../aws/email-identity';
import type { Services } from '../aws/services';
import { POLL } from '../budgets';
import { iso } from '../clock';
import type { Place } from '../contract/input/event';
import { gateWith, placeId, type RequestOf } from '../contract/input/event';
import { findKeysOfOthers, readMadeKeys } from '../keys/state/made-keys';
import { findSpares } from '../keys/state/spares';
import { emptyLedger, type Ledger } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { mayBeOld, withRestartedVerification, withStartedVerification } from '../ledger/signing-state';
import type { World } from '../world';
import { findEvidence } from './evidence';
import { describe, type KnownDomain, lastAudit, withOtherRegions } from './known-domain';

/** Reports on one domain. Reads SES. With `findings`, also judges the domain, which asks DNS. */
export async function reportStatus(world: World, request: RequestOf<'status'>): Promise<KnownDomain> {
  const { domain, region } = request;
  const services = world.services(domain, region, world.clock);
  const [read, shown] = await Promise.all([
    readLedger(services.store, world.environment.keyStoreBucket, request),
    services.identities.get(domain),
  ]);
  const ledger = read ?? emptyLedger(domain, region);
  const now = world.clock.now();
  const state = withRestartedVerification(withStartedVerification(shown, ledger, now), ledger, now);
  const memory = request.findings ? await readMemory(world, services) : null;
  const findings = memory ? await findNow(world, services, request, { ledger: read, state, memory }) : [];
  const [described, spares, keysOfOthers, evidence, withOthers] = await Promise.all([
    describe(world, services, ledger, state),
    findSpares(world, services.store, ledger).catch(() => []),
    selectorsOfOthers(world, services, ledger).catch(() => []),
    request.evidence ? findEvidence(world, services, ledger) : null,
    withOtherRegions(services, ledger, state),
  ]);
  return {
    ...described,
    ...withOthers,
    isManaged: read !== null,
    asOf: iso(now),
    settlesAt: settlesAt(ledger, shown, now),
    why: null,
    findings,
    spares,
    keysOfOthers,
    evidence,
    ...(memory && lastAudit(memory)),
  };
}

/** Returns the time until which SES may show an earlier state than that of a change that has just ended, or `null`. */
const settlesAt = (ledger: Ledger, shown: SigningState | null, now: number): string | null =>
  ledger.last !== null && mayBeOld(shown, ledger, now) ? iso(ledger.last.at + POLL.recentMs) : null;

async function selectorsOfOthers(world: World, { store }: Services, ledger: Ledger): Promise<string[]> {
  const made = await readMadeKeys(store, world.environment.keyStoreBucket, ledger);
  return (await findKeysOfOthers(world, store, ledger, made)).map(({ facts }) => facts.selector);
}

/** Facts by which one domain is judged. */
interface Judged {
  readonly ledger: Ledger | null;
  readonly state: SigningState | null;
  readonly memory: Memory;
}

/** Judges one domain, and adds findings that only an audit of all domains can have. */
async function findNow(
  world: World,
  services: Services,
  place: Place,
  { ledger, state, memory }: Judged,
): Promise<LastFinding[]> {
  const { last } = memory;
  // A domain that was never deployed has no ledger, either.
  if (ledger === null && !last.managed.includes(placeId(place))) return [];
  const now = world.clock.now();
  const gate = gateWith({}, world.environment);
  const { findings } =
    ledger === null
      ? unmanaged(place)
      : domainReport(place, (await judge({ world, services, gate, memory, ledger, now, state })).found);
  const dated = findings.map((each) => ({ ...each, since: sinceOf(last, place, each, now) }));
  return [...dated, ...lastFindingsByPlace(last)(place).filter(isSurveyed)];
}
