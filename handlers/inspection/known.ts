/** Reports on many domains without asking SES: by their ledgers, and by the audits. */
import { commandsOf } from '../audit/finding-catalogue';
import { healingOf } from '../audit/heal';
import { type LastFinding, lastFindingsOf, type Memory, readMemory } from '../audit/news';
import { readReport } from '../audit/report';
import type { SigningState } from '../aws/email-identity';
import { HOUR_MS, iso } from '../clock';
import { placeId, type RequestOf } from '../contract/event';
import { ByodkimError } from '../errors/errors';
import { emptyLedger, isHeld, type Ledger, type Place } from '../ledger/ledger';
import { readLedgers } from '../ledger/ledger-store';
import type { Services, World } from '../world';
import { inForceIn, statusOf } from './status';

/** How long the result of an audit counts: a day, and time for the next audit itself. */
const AUDIT_COUNTS_MS = 30 * HOUR_MS;

/** Reports what ledgers and audits know of several domains, for `byodkim status` and `deploy` of many. Read-only. */
export async function known(world: World, { domains, region }: RequestOf<'known'>) {
  const services = world.services('', region, world.clock);
  const memory = await readMemory(world, services);
  const ages = await keyAges(world, services, memory);
  const places = domains.map((domain) => ({ domain, region }));
  const ledgers = await readLedgers(services.store, world.environment.keyStoreBucket, places);
  const answers = places.map((place, at) => domainKnown(world, memory, ages, place, ledgers[at]!));
  return { statusCode: 200, now: iso(world.clock.now()), domains: answers };
}

export type KnownDomain = ReturnType<typeof domainKnown>;

/** @param read its ledger, or why it cannot be read */
function domainKnown(
  { clock, environment: { keyStoreBucket } }: World,
  memory: Memory,
  ages: ReadonlyMap<string, string>,
  place: Place,
  read: Ledger | null | ByodkimError,
) {
  const now = clock.now();
  const isRead = !(read instanceof ByodkimError);
  const ledger = isRead && read !== null ? read : emptyLedger(place.domain, place.region);
  const seen = isRead ? lastSeen(ledger, memory.last.wholeAt) : null;
  const asOf = seen?.at ?? null;
  const findings = lastFindingsOf(memory.last, place).filter((each) => isStillFound(each, seen));
  const unchecked = findings.find(({ code }) => code === 'NOT_CHECKED')?.found;
  const why = isRead ? (memory.problem ?? unchecked ?? whyUnknown(ledger, asOf, now)) : read.message;
  const keyCreatedAt = ages.get(`${placeId(place)} ${inForceIn(ledger)?.selector}`) ?? null;
  const healing = healingOf(ledger, memory);
  return {
    ...statusOf(ledger, asOf === null ? null : stateSeen(ledger), {
      now,
      keyCreatedAt,
      healing,
      keyStoreBucket,
    }),
    /** Whether it has a ledger; `false`: it was never deployed, or the ledger is gone. */
    isManaged: read !== null,
    /** When SES was seen last. ISO 8601; `null`: never. */
    asOf: asOf === null ? null : iso(asOf),
    /** Why SES has to be asked; `null` if it need not be. */
    why,
    /** When the identity was last changed outside this project. ISO 8601. */
    changedByOthersAt: ledger.changedByOthersAt === null ? null : iso(ledger.changedByOthersAt),
    /** What the audits have found that is not resolved. */
    findings,
  };
}

/** What SES had by the ledger; `null`: not what was set. */
function stateSeen(ledger: Ledger): SigningState | null {
  const inForce = inForceIn(ledger);
  if (inForce === null || ledger.seen === null || ledger.seen.status === 'none') return null;
  const { status, enabled } = ledger.seen;
  return { origin: 'EXTERNAL', selector: inForce.selector, enabled, status, tokens: [inForce.selector] };
}

const isStillFound = ({ code, since }: LastFinding, seen: LastSeen | null): boolean =>
  !seen?.byChange || Date.parse(since) >= seen.at || commandsOf(code).deploy !== 'resolves';

/** Events after which SES had what the ledger says, verified. */
const SEES: readonly string[] = ['adopted', 'confirmed', 'verified'];

/** When SES was seen last: by the audit of all domains, or by a change that has ended since. */
interface LastSeen {
  readonly at: number;
  readonly byChange: boolean;
}

function lastSeen({ history }: Ledger, wholeAt: string | null): LastSeen | null {
  const audited = wholeAt === null ? null : Date.parse(wholeAt);
  const last = history.at(-1);
  if (last === undefined) return null;
  const changed = Date.parse(last.at);
  if (audited !== null && changed < audited) return { at: audited, byChange: false };
  const isSeen = SEES.includes(last.event) && (last.detail ?? 'SUCCESS') === 'SUCCESS';
  return isSeen ? { at: changed, byChange: true } : null;
}

function whyUnknown(ledger: Ledger, asOf: number | null, now: number): string | null {
  const { lease, open, callsOfOthers, history, inForce, seen } = ledger;
  if (isHeld(lease, now)) return 'another run is changing it';
  if (open !== null) return 'a change is open';
  const call = callsOfOthers.at(-1);
  if (call !== undefined) return `it was changed outside this project: ${call.words}`;
  if (history.length === 0 || inForce === null) return null;
  if (asOf === null) return 'no audit has seen it since it was changed last';
  if (now - asOf > AUDIT_COUNTS_MS) return `no audit has seen it since ${iso(asOf)}`;
  if (seen === null || seen.status === 'none') return 'SES had something else than what was set';
  return null;
}

/** Returns when the keys were made, by the report of the last audit of all domains, by place and selector. */
async function keyAges(world: World, { store }: Services, { last }: Memory): Promise<Map<string, string>> {
  if (last.report === undefined) return new Map();
  // What cannot be read must not hide the rest.
  const stored = await readReport(store, world.environment.keyStoreBucket, last.report).catch(() => null);
  return new Map(
    (stored?.value.domains ?? []).flatMap((each) =>
      each.keyMadeAt === undefined ? [] : [[`${placeId(each)} ${each.selector}`, each.keyMadeAt] as const],
    ),
  );
}
