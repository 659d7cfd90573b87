/** Reports on domains without changing anything: from the ledger and SES with present findings, or from ledgers and audits. */

import type { SigningState } from '../aws/email-identity';
import { POLL } from '../budgets';
import { HOUR_MS, iso } from '../clock';
import { gateWith, placeId, type RequestOf } from '../contract/input/event';
import type { RotationSettings } from '../contract/input/event-schema';
import { ByodkimError } from '../errors/errors';
import type { FindingCode } from '../facts/findings';
import type { WhyUnknown } from '../facts/reports';
import { keyAgesFrom } from '../keys/state/dns-information';
import { type KeyOrigin, keyOrigins } from '../keys/state/key-origins';
import { findKeysOfOthers, readMadeKeys } from '../keys/state/made-keys';
import { findSpares } from '../keys/state/spares';
import { type KnownSigner, signersOf } from '../keys/state/stages';
import {
  currentOwner,
  deadlineOf,
  emptyLedger,
  type HistoryEntry,
  isHeld,
  isWaiting,
  type Ledger,
  type Place,
  type Snapshot,
  type Unverified,
} from '../ledger/ledger';
import { readLedger, readLedgers } from '../ledger/ledger-store';
import { changedSinceDeploy } from '../ledger/seen';
import {
  isInStep,
  mayBeOld,
  signsWith,
  withRestartedVerification,
  withStartedVerification,
} from '../ledger/signing-state';
import type { Step } from '../ledger/states';
import { askOtherRegions, type OtherRegion } from '../sharing/other-regions';
import type { Services, World } from '../world';
import { deployHelps, type Finding, finding, SURVEYED } from './findings/finding';
import type { LastFinding, LastFindings } from './findings/last-findings';
import { lastFindingsByPlace, type Memory, readMemory, sinceOf } from './findings/news';
import { domainReport, unmanaged } from './findings/report';
import { judge } from './judge/judge';
import { checkObject } from './judge/key';
import { restoreCommands } from './judge/open-change';
import { inForceIn } from './run/audited';

/** Reports on one domain. Reads SES. With `findings`, also judges the domain, which asks DNS. */
export async function status(world: World, request: RequestOf<'status'>): Promise<KnownDomain> {
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
  const described = await describe(world, services, ledger, state);
  const spares = await findSpares(world, services.store, ledger).catch(() => []);
  const keysOfOthers = await selectorsOfOthers(world, services, ledger).catch(() => []);
  const evidence = request.evidence ? await findEvidence(world, services, ledger) : null;
  return {
    ...described,
    ...(await withOtherRegions(services, ledger, state)),
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

/** Returns when every domain was audited last, if that is known. */
const lastAudit = ({ last, problem }: Memory): Pick<KnownDomain, 'auditedAt'> =>
  problem === undefined ? { auditedAt: last.wholeAt } : {};

/** Returns the time until which SES may show an earlier state than that of a change that has just ended, or `null`. */
const settlesAt = (ledger: Ledger, shown: SigningState | null, now: number): string | null =>
  ledger.last !== null && mayBeOld(shown, ledger, now) ? iso(ledger.last.at + POLL.recentMs) : null;

const findEvidence = async (world: World, services: Services, ledger: Ledger): Promise<Evidence> => ({
  keys: await keyOrigins(world, services, ledger),
  auditedAt: (await readMemory(world, services)).last.wholeAt,
});

async function selectorsOfOthers(world: World, { store }: Services, ledger: Ledger): Promise<string[]> {
  const made = await readMadeKeys(store, world.environment.keyStoreBucket, ledger);
  return (await findKeysOfOthers(world, store, ledger, made)).map(({ facts }) => facts.selector);
}

/** Returns the other regions that share the domain's keys, and the signers in all of them. */
async function withOtherRegions(
  { store }: Services,
  ledger: Ledger,
  shown: SigningState | null,
): Promise<Pick<KnownDomain, 'signers' | 'regions'>> {
  const { all, users } = await askOtherRegions(store, ledger);
  return {
    signers: signersOf(shown, ledger, ...users),
    regions: all.map(regionOf),
  };
}

const regionOf = ({ region, ledger }: OtherRegion): KnownRegion =>
  ledger instanceof ByodkimError
    ? { region, selector: null, why: ledger.message }
    : { region, selector: ledger && (inForceIn(ledger)?.selector ?? null) };

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

/** Reports on several domains without asking SES or DNS, for `byodkim status` and `deploy` with many domains. */
export async function known(world: World, { domains, region }: RequestOf<'known'>): Promise<KnownDomains> {
  const services = world.services('', region, world.clock);
  const memory = await readMemory(world, services);
  const lastFindingsOf = lastFindingsByPlace(memory.last);
  const unreadMemory = memory.problem && finding('LAST_FINDINGS_UNREADABLE', memory.problem);
  const places = domains.map((domain) => ({ domain, region }));
  const ledgers = await readLedgers(services.store, world.environment.keyStoreBucket, places);
  const now = world.clock.now();
  const answers = places.map(async (place, at): Promise<KnownDomain> => {
    const read = ledgers[at]!;
    const isRead = !(read instanceof ByodkimError);
    const ledger = isRead && read !== null ? read : emptyLedger(place.domain, region);
    const seen = isRead ? lastSeen(ledger, memory.last) : null;
    const last = lastFindingsOf(place).filter(
      ({ code, since }) =>
        !seen?.byChange || Date.parse(since) >= seen.at || deployHelps(code) !== 'resolves',
    );
    const findings = await withKeyNow(services, ledger, { last, memory: memory.last, now });
    const unchecked = unreadMemory ?? findings.find(({ code }) => code === 'NOT_CHECKED');
    const asOf = seen?.at ?? null;
    const state = seen === null ? null : stateSeen(ledger);
    return {
      ...(await describe(world, services, ledger, state)),
      ...(await withOtherRegions(services, ledger, state)),
      isManaged: read !== null,
      asOf: asOf === null ? null : iso(asOf),
      settlesAt: null,
      why: whyToAsk(read, unchecked) ?? whyUnknown(ledger, asOf, now),
      findings,
      spares: [],
      keysOfOthers: [],
      evidence: null,
      ...lastAudit(memory),
    };
  });
  return { statusCode: 200, now: iso(now), domains: await Promise.all(answers) };
}

/** Findings of the last audits about a domain. */
interface Found {
  readonly last: readonly LastFinding[];
  readonly memory: LastFindings;
  readonly now: number;
}

/** Findings about the private key's object. Looking at it makes no call to SES. */
const OF_OBJECT: readonly FindingCode[] = ['KEY_MISSING', 'KEY_REPLACED'];

/** Replaces the last audit's findings about the private key in force with those of its present state in S3. */
async function withKeyNow(
  { store }: Services,
  ledger: Ledger,
  { last, memory, now }: Found,
): Promise<readonly LastFinding[]> {
  const wanted = inForceIn(ledger);
  if (wanted === null) return last;
  // If an object cannot be read, the known facts stay.
  const found = await checkObject(store, wanted).catch(() => null);
  if (found === null) return last;
  const dated = found.map((each) => ({ ...each, since: sinceOf(memory, ledger, each, now) }));
  return [...dated, ...last.filter(({ code }) => !OF_OBJECT.includes(code))];
}

/** Returns the reason why the ledger and the last findings do not suffice, or `null` if they may. */
function whyToAsk(
  read: Ledger | ByodkimError | null,
  unchecked: Pick<Finding, 'code' | 'found'> | undefined,
): WhyUnknown | null {
  if (read instanceof ByodkimError) return { kind: 'ledger', error: read.code, message: read.message };
  return unchecked === undefined ? null : { kind: 'finding', code: unchecked.code, found: unchecked.found };
}

/**
 * Each judgement compares the regions that share a key (act); the audit of all domains compares those of a global
 * endpoint.
 */
const isSurveyed = ({ code, severity }: LastFinding): boolean =>
  SURVEYED.includes(code) && !(code === 'REGIONS_DIFFER' && severity === 'act');

/** Events after which SES had the state in the ledger, verified. */
const SEES: readonly string[] = ['adopted', 'confirmed', 'verified'];

/** Returns the time of the last read of SES by the audit of all domains, or by a change that has ended since. */
function lastSeen({ open, last }: Ledger, { wholeAt }: LastFindings) {
  const audited = wholeAt === null ? null : Date.parse(wholeAt);
  if (last === null) return null;
  if (audited !== null && last.at < audited) return { at: audited, byChange: false };
  return open === null && SEES.includes(last.event) ? { at: last.at, byChange: true } : null;
}

/** The state of SES according to the ledger, or `null` if it differs from the state that was set. */
function stateSeen(ledger: Ledger): SigningState | null {
  const inForce = inForceIn(ledger);
  if (inForce === null || ledger.seen === null || ledger.seen.status === 'none') return null;
  const { status, enabled } = ledger.seen;
  return { origin: 'EXTERNAL', selector: inForce.selector, enabled, status, tokens: [inForce.selector] };
}

/** Time for which the result of an audit counts: a day, plus the time of the next audit. */
const AUDIT_COUNTS_MS = 30 * HOUR_MS;

function whyUnknown(ledger: Ledger, asOf: number | null, now: number): WhyUnknown | null {
  const { lease, open, callsOfOthers, last, inForce, seen } = ledger;
  if (isHeld(lease, now)) return { kind: 'busy' };
  if (open !== null) return { kind: 'change-open' };
  const call = callsOfOthers.at(-1);
  if (call !== undefined) return { kind: 'changed-outside', call };
  if (last === null || inForce === null) return null;
  if (asOf === null) return { kind: 'not-seen-since-change' };
  if (now - asOf > AUDIT_COUNTS_MS) return { kind: 'seen-long-ago', at: iso(asOf) };
  if (seen === null || seen.status === 'none') return { kind: 'other-state-seen' };
  return null;
}

/** State of a domain in its ledger and in SES. Times are ISO 8601. */
interface Described {
  readonly statusCode: 200;
  /** The function's clock, with which the times below are compared. */
  readonly now: string;
  readonly domain: string;
  readonly region: string;
  /** The signing state in SES, or `null` without an identity. */
  readonly ses: SigningState | null;
  /** The state in force, or `null` if there is none. */
  readonly selector: string | null;
  readonly fingerprint: string | null;
  readonly keyCreatedAt: string | null;
  /** Whether its stack, or a direct call, has confirmed it; SES may still be verifying (`waiting`). */
  readonly confirmed: boolean;
  /** Time at which it is rolled back, unless it is confirmed, or SES has verified it, by then. */
  readonly revertsAt: string | null;
  /** A confirmed change that SES has not verified yet. */
  readonly waiting: boolean;
  /** Set if the last change was rolled back because SES had not verified it in time, with the number of times in a row. */
  readonly unverified: (Omit<Unverified, 'at'> & { readonly at: string }) | null;
  readonly transaction: string | null;
  readonly drifted: boolean;
  /** The bucket of this function's ledgers, and of the keys unless a domain names another one. */
  readonly keyStoreBucket: string;
  readonly busyUntil: string | null;
  readonly baseline: Snapshot | null;
  /**
   * Time at which the identity was last changed outside this project; `null`: not since the last deploy, or only in what each
   * audit compares (MAIL FROM).
   */
  readonly changedByOthersAt: string | null;
  /** Selectors whose records the stack publishes, or may still publish after an attempt that failed. */
  readonly records: readonly string[];
  readonly rotation: RotationSettings | null;
  /** Commands that restore the prior state manually; `null` unless a rollback fails. */
  readonly restore: readonly string[] | null;
  readonly last: (Omit<Step, 'at'> & { readonly at: string }) | null;
  readonly history: readonly HistoryEntry[];
}

/** Signing selector of another region that shares the key. */
interface KnownRegion {
  readonly region: string;
  /** `null` if nothing is in force there, or if it is not known. */
  readonly selector: string | null;
  /** Reason why it is not known. */
  readonly why?: string;
}

/** Known facts about a domain, with their time. */
export interface KnownDomain extends Described {
  /** Whether it has a ledger; `false` if it was never deployed or the ledger is gone. */
  readonly isManaged: boolean;
  /** Time of the last read of SES. ISO 8601; `null`: never. */
  readonly asOf: string | null;
  /** Time until which SES may show an earlier state, since a change has just ended; it has no findings before. ISO 8601. */
  readonly settlesAt: string | null;
  /** Reason why SES must be asked, or `null` if it need not be. */
  readonly why: WhyUnknown | null;
  /** Present findings, or unresolved findings of the audits; none if they were not requested. */
  readonly findings: readonly LastFinding[];
  /** Selectors whose key and record are prepared, and with which SES has never signed; only for one domain. */
  readonly spares: readonly string[];
  /** Selectors with which SES has never signed, and whose key the function has not made; only for one domain. */
  readonly keysOfOthers: readonly string[];
  /**
   * Each selector with which SES has signed, here or in a region that shares its key, and whether a rollback may restore it,
   * so that its record must stay.
   */
  readonly signers: readonly KnownSigner[];
  /** The other regions that share or have shared its key, from their ledgers. */
  readonly regions: readonly KnownRegion[];
  /** Facts for an auditor, or `null` if they were not requested. */
  readonly evidence: Evidence | null;
  /**
   * Time at which the last audit of all domains began, in ISO 8601, or `null` if there was none. Absent if it cannot be read,
   * or if the findings were not requested.
   */
  readonly auditedAt?: string | null;
}

/** Facts for an auditor. */
interface Evidence {
  readonly keys: readonly KeyOrigin[];
  /** Time of the last audit of every domain in ISO 8601; `null` if there was none or it cannot be read. */
  readonly auditedAt: string | null;
}

/** Known facts about several domains. */
export interface KnownDomains {
  readonly statusCode: 200;
  /** The function's clock. ISO 8601. */
  readonly now: string;
  readonly domains: readonly KnownDomain[];
}

/** Checks whether the state that was set was confirmed, by its stack or a direct call. */
const isConfirmed = ({ open, owner }: Ledger): boolean =>
  isWaiting(open) || (open === null && owner !== null);

/** Returns the time at which the open change is rolled back (ISO 8601), or `null` if nothing waits for it. */
function revertsAt({ open }: Ledger): string | null {
  if (isWaiting(open)) return iso(deadlineOf(open));
  return open?.armed ? iso(open.armed.at) : null;
}

/** @param state the state of SES, or `null` without an identity */
async function describe(
  world: World,
  services: Services,
  ledger: Ledger,
  state: SigningState | null,
): Promise<Described> {
  const { domain, region, open, owner, baseline, lease, last, unverified } = ledger;
  const changedByOthersAt = changedSinceDeploy(ledger);
  const inForce = inForceIn(ledger);
  // An object that cannot be read must not hide the rest.
  const madeAt = inForce && (await keyAgesFrom(world, services, ledger, inForce).catch(() => null));
  const now = world.clock.now();
  const hasGivenUp = state?.status === 'FAILED' && inForce !== null && signsWith(state, inForce.selector);
  return {
    statusCode: 200,
    now: iso(now),
    domain,
    region,
    ses: state,
    selector: inForce?.selector ?? null,
    fingerprint: inForce?.key.fingerprint ?? null,
    keyCreatedAt: madeAt ? iso(madeAt) : null,
    confirmed: isConfirmed(ledger),
    revertsAt: revertsAt(ledger),
    waiting: isWaiting(open),
    unverified: unverified && { ...unverified, at: iso(unverified.at) },
    transaction: open?.transaction ?? owner?.transaction ?? null,
    drifted: inForce !== null && !isInStep(state, inForce) && !hasGivenUp,
    keyStoreBucket: world.environment.keyStoreBucket,
    busyUntil: isHeld(lease, now) ? iso(lease.expiresAt) : null,
    baseline,
    changedByOthersAt: changedByOthersAt === null ? null : iso(changedByOthersAt),
    records: ledger.records,
    rotation: currentOwner(ledger)?.rotation ?? null,
    restore: restoreCommands(ledger),
    last: last && { event: last.event, at: iso(last.at) },
    history: ledger.history,
  };
}
