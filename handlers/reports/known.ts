/** Reports on many domains without asking SES or DNS: from their ledgers and the audits. */

import { deployHelps, type Finding, finding } from '../audit/findings/finding';
import type { LastFinding, LastFindings } from '../audit/findings/last-findings';
import { lastFindingsByPlace, readMemory, sinceOf } from '../audit/findings/news';
import { checkObject } from '../audit/judge/key';
import { inForceIn } from '../audit/run/audited';
import type { SigningState } from '../aws/email-identity';
import type { Services } from '../aws/services';
import { HOUR_MS, iso } from '../clock';
import type { RequestOf } from '../contract/input/event';
import { ByodkimError } from '../errors/errors';
import { emptyLedger, isHeld, type Ledger } from '../ledger/ledger';
import { readLedgers } from '../ledger/ledger-store';
import type { FindingCode } from '../words/findings';
import type { WhyUnknown } from '../words/report';
import type { World } from '../world';
import { describe, type KnownDomain, lastAudit, withOtherRegions } from './known-domain';

/** Reports on several domains without asking SES or DNS, for `byodkim status` and `deploy` with many domains. */
export async function reportKnown(
  world: World,
  { domains, region }: RequestOf<'known'>,
): Promise<KnownDomains> {
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

/** Known facts about several domains. */
export interface KnownDomains {
  readonly statusCode: 200;
  /** The function's clock. ISO 8601. */
  readonly now: string;
  readonly domains: readonly KnownDomain[];
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
