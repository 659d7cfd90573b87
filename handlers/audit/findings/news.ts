/** Finds the changes since the last audit, since the operators are notified of these, and not of everything each day. */

import type { Services } from '../../aws/services';
import { DAY_MS, HOUR_MS, iso } from '../../clock';
import { AUDIT_PREFIX, s3Uri } from '../../contract/contract';
import { type Place, placeId } from '../../contract/input/event';
import { ByodkimError } from '../../errors/errors';
import type { FindingFacts } from '../../words/findings';
import type { World } from '../../world';
import { SEVERITIES } from './decisions';
import { type Finding, isSurveyed } from './finding';
import { type LastFinding, type LastFindings, NOTHING_KNOWN, understood } from './last-findings';
import { type AuditReport, type DomainReport, getLarge, putLarge, type Survey } from './report';

/** The findings of earlier audits, as read from S3. */
export interface Memory {
  readonly last: LastFindings;
  /** `null` if there is no such object. */
  readonly etag: string | null;
  /** Reason why it could not be read, in whole or in part; `last` lacks these parts. */
  readonly problem?: FindingFacts['LAST_FINDINGS_UNREADABLE'];
}

/** One change since the last audit. */
export interface News {
  /** `unresolved`: it is urgent, and the operators were notified of it a week ago. */
  readonly state: 'new' | 'worse' | 'unresolved' | 'resolved';
  /** Absent if it concerns every domain. */
  readonly place?: Place;
  readonly finding: LastFinding;
}

const placeOf = ({ environment: { keyStoreBucket: bucket } }: World) => ({
  bucket,
  key: `${AUDIT_PREFIX}findings.json`,
});

/** Reads the last findings. Returns a failure as `problem`, so that the audit continues without them. */
export async function readMemory(world: World, { store }: Services): Promise<Memory> {
  const place = placeOf(world);
  const uri = s3Uri(place);
  try {
    const { value, etag } = await getLarge<{ format: unknown }>(store, place, ({ format }) => format === 1);
    if (etag === null) return { last: NOTHING_KNOWN, etag };
    if (value === undefined) return { last: NOTHING_KNOWN, etag, problem: { kind: 'foreign', place: uri } };
    const { last, unknown } = understood(value, world.clock.now());
    if (unknown.length === 0) return { last, etag };
    return { last, etag, problem: { kind: 'parts', place: uri, parts: unknown } };
  } catch (error) {
    const problem = { kind: 'failed', place: uri, problem: (error as Error).message } as const;
    return { last: NOTHING_KNOWN, etag: null, problem };
  }
}

/** Returns the name of a finding, with which two audits are compared. @param place undefined if it concerns every domain */
export const findingId = (
  place: Place | undefined,
  { code, subject }: Pick<Finding, 'code' | 'subject'>,
): string => [place ? placeId(place) : EVERY, code, ...(subject === undefined ? [] : [subject])].join(' ');
const EVERY = '*';

/** Returns the last findings of a place. They are grouped by place once, since there may be many findings and places. */
export function lastFindingsByPlace({ findings }: LastFindings): (place: Place) => readonly LastFinding[] {
  const byPlace = new Map<string, LastFinding[]>();
  for (const [id, known] of Object.entries(findings)) {
    const [place = ''] = id.split(' ', 1);
    const ofPlace = byPlace.get(place);
    if (ofPlace === undefined) byPlace.set(place, [known]);
    else ofPlace.push(known);
  }
  return (place) => byPlace.get(placeId(place)) ?? [];
}

/** Returns the time since which the finding has been in its stage. ISO 8601. */
export function sinceOf(
  { findings }: LastFindings,
  place: Place | undefined,
  found: Pick<Finding, 'code' | 'subject' | 'stage' | 'since'>,
  now: number,
): string {
  const known = findings[findingId(place, found)];
  return (known?.stage === found.stage && known?.since) || (found.since ?? known?.since ?? iso(now));
}

/** An urgent finding is repeated each week; two hours less, since daily audits do not start at the same minute. */
const REPEATED_MS = 7 * DAY_MS - 2 * HOUR_MS;

/** Returns the reason for notifying the operators of a finding, or undefined if they know it already. */
function newsState(
  found: Finding,
  known: LastFinding | undefined,
  now: number,
): Exclude<News['state'], 'resolved'> | undefined {
  if (known === undefined) return 'new';
  const [rank, rankBefore] = [SEVERITIES.indexOf(found.severity), SEVERITIES.indexOf(known.severity)];
  if (rank < rankBefore || (rank === rankBefore && found.stage !== known.stage)) return 'worse';
  const notifiedAt = Date.parse(known.notifiedAt ?? known.since);
  return found.severity === 'urgent' && now - notifiedAt >= REPEATED_MS ? 'unresolved' : undefined;
}

/** Checks whether a finding of an earlier audit is resolved, since the domain was audited without it. */
const isOver = (known: LastFinding, place: DomainReport, { survey }: AuditReport): boolean =>
  isSettled(place) && !(isSurveyed(known) && unlistedFor(known.code, survey).includes(place.region));

/** Returns the regions in which a survey could not have found a finding. */
const unlistedFor = (code: string, { unknown, unknownEndpoints = unknown }: Survey): readonly string[] =>
  code === 'REGIONS_DIFFER' ? unknownEndpoints : unknown;

/** Checks whether the absence of a finding means that it is resolved, since no check failed and no change is open. */
const isSettled = ({ findings, unsettled }: DomainReport): boolean =>
  !unsettled && findings.every(({ severity }) => severity !== 'unknown');

/** The changes that a report makes. */
export interface Comparison {
  readonly news: readonly News[];
  /** The findings with which the next audit is compared. */
  readonly next: LastFindings;
}

/**
 * Compares a report with the last findings.
 * @param isSummary whether the operators are notified of everything
 */
export function compare(last: LastFindings, report: AuditReport, now: number, isSummary = false): Comparison {
  const news: News[] = [];
  const findings: Record<string, LastFinding> = {};
  const take = (found: readonly Finding[], place?: Place): void => {
    for (const finding of found) {
      const id = findingId(place, finding);
      const known = last.findings[id];
      const dated = { ...finding, since: sinceOf(last, place, finding, now) };
      const state = newsState(finding, known, now);
      findings[id] = { ...dated, notifiedAt: state || isSummary ? iso(now) : known?.notifiedAt };
      if (state) news.push({ state, place, finding: dated });
    }
  };
  for (const each of report.domains) take(each.findings, each);
  if (report.whole) take(report.general);
  const audited = new Map(report.domains.map((each) => [placeId(each), each]));
  for (const [id, known] of Object.entries(last.findings)) {
    if (id in findings) continue;
    const key = id.split(' ', 1)[0]!;
    const place = audited.get(key);
    if (place ? isOver(known, place, report) : report.whole && key === EVERY)
      news.push({ state: 'resolved', place, finding: known });
    // An audit of all domains leaves out those that are no longer managed.
    else if (place || !report.whole) findings[id] = known;
  }
  const heals = healsAfter(last, report);
  const whole = report.whole && {
    wholeAt: report.startedAt,
    managed: report.domains.filter(isManaged(last)).map(placeId),
  };
  return { news, next: { ...last, ...whole, findings, heals } };
}

/** Checks whether a domain should sign, even if its ledger is gone or could not be read. */
function isManaged(last: LastFindings): (report: DomainReport) => boolean {
  const before = new Set(last.managed);
  return (report) =>
    report.selector !== null ||
    (before.has(placeId(report)) && report.findings.some(({ severity }) => severity === 'unknown'));
}

/** Returns the domains that should have signed at the last audit and now have no ledger. A destroy leaves one. */
export function lostAmong({ managed }: LastFindings, known: readonly Place[]): Place[] {
  const kept = new Set(known.map(placeId));
  return managed.flatMap((id) => {
    const [region, domain] = id.split('/');
    return kept.has(id) || !region || !domain ? [] : [{ region, domain }];
  });
}

/** Keeps the days of heals until SES has verified again. Several audits on one day arm only one heal. */
function healsAfter({ heals }: LastFindings, { whole, domains }: AuditReport): LastFindings['heals'] {
  const next: Record<string, readonly string[]> = whole ? {} : { ...heals };
  for (const report of domains) {
    const key = placeId(report);
    const days = new Set([...(heals[key] ?? []), ...(report.healAt ? [report.healAt.slice(0, 10)] : [])]);
    const isOver = isSettled(report) && report.ses?.status === 'SUCCESS';
    if (days.size > 0 && !isOver) next[key] = [...days];
    else delete next[key];
  }
  return next;
}

/** Number of attempts to write the findings if another audit writes at the same time. */
const ATTEMPTS = 3;

/**
 * Writes the findings with which the next audit is compared. If another audit wrote meanwhile, merges them into its findings.
 * @throws ByodkimError DEPENDENCY_FAILED, ACCESS_DENIED.
 */
export async function writeMemory(
  world: World,
  services: Services,
  memory: Memory,
  next: (last: LastFindings) => LastFindings,
): Promise<void> {
  const place = placeOf(world);
  let { last, etag } = memory;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await putLarge(world, services.store, place, { value: next(last), etag: etag ?? null })) return;
    ({ last, etag } = await readMemory(world, services));
  }
  throw new ByodkimError('DEPENDENCY_FAILED', {
    kind: 'conflict',
    action: 's3:PutObject',
    resource: s3Uri(place),
    conflict: { kind: 'busy', attempts: ATTEMPTS },
  });
}
