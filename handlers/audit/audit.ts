import { READ_ONLY_AUDIT } from '../budgets';
import { iso } from '../clock';
import type { AuditRequest, Place } from '../contract/input/event';
import type { Ledger } from '../ledger/ledger';
import { ledgersIn } from '../ledger/ledger-store';
import { notSent } from '../notices/publish';
import type { AuditWarning } from '../words/report';
import type { World } from '../world';
import { auditDomains, byRegion, pace } from './audit-domains';
import { finding } from './findings/finding';
import { lostAmong, readMemory } from './findings/news';
import {
  type AuditReport,
  newReportObject,
  readReport,
  type StoredReport,
  uncheckedDomain,
  withDomains,
  writeReport,
} from './findings/report';
import { notSurveyed, survey } from './judge/survey';
import { judgeTopics } from './judge/topics';
import { type AuditAnswer, auditAnswer, logWarning } from './output/answer';
import { notifyOperators } from './output/notify';
import { beginAttempt, type LegAttempt, MOST_ATTEMPTS } from './run/attempt';
import { ledgersOf, type Run } from './run/audited';
import { continueLater } from './run/later';

/**
 * Audits every domain that this project has changed, and reports what needs action. At SES's rate more than about 200
 * domains take longer than one invocation; then it stores its progress and arms the next one.
 * @throws ByodkimError of the audit as a whole; a failure for one domain is a finding
 */
export async function runAudit(world: World, request: AuditRequest): Promise<AuditAnswer> {
  const { clock, environment } = world;
  const { readOnly, continues } = request;
  const services = world.services('', environment.region, clock);
  const memory = await readMemory(world, services);
  const waitForSesRate = pace(clock, readOnly ? READ_ONLY_AUDIT.sesIntervalMs : SES_INTERVAL_MS);
  const run: Run = { world, services, servicesOf: byRegion(world), request, memory, waitForSesRate };
  const attempt = await beginAttempt(run);
  const begun: StoredReport = continues
    ? await readReport(services.store, environment.keyStoreBucket, continues.report)
    : { value: await newReport(run), etag: null };
  const { value: before, etag } = begun;
  const leg = continues?.leg ?? 1;
  if (before.complete)
    // If this leg ended the audit, it may have failed before its notice.
    return before.legs === leg ? notify(run, before) : auditAnswer(world, before);
  if (before.legs >= leg) return goOn(run, begun);
  const left = { ...withDomains(before, attempt.killed), legs: leg };
  if (attempt.times < MOST_ATTEMPTS) return auditLeg(run, attempt, { value: left, etag });
  // Lambda gives up after this attempt. The next leg has its own attempts, unless it would end like this one.
  const isStuck = before.careful && attempt.killed.length === 0;
  return isStuck ? end(run, { value: left, etag }) : keep(run, { value: { ...left, careful: true }, etag });
}

/** Audits as many domains as the leg has time for. */
async function auditLeg(
  run: Run,
  attempt: LegAttempt,
  { value: before, etag }: StoredReport,
): Promise<AuditAnswer> {
  const { world, request } = run;
  const { readOnly } = request;
  const acts = before.scheduled ? { armed: 0 } : undefined;
  // Deploys come first in SES's rate, so a caller of the read-only alias gets a few domains.
  const places = readOnly ? before.pending.slice(0, READ_ONLY_AUDIT.domains) : before.pending;
  const alone = before.careful && attempt.note;
  const checked = await auditDomains({ ...run, survey: before.survey, acts }, places, alone);
  const value = withDomains(before, checked);
  if (readOnly)
    return auditAnswer(
      world,
      { ...value, complete: value.pending.length === 0 },
      {
        notReached: [...new Set(value.pending.map(({ domain }) => domain))],
        notice: notSent({ kind: 'read-only' }),
      },
    );
  // A leg that reached no domain would be followed by an identical one.
  return checked.length === 0 ? end(run, { value, etag }) : keep(run, { value, etag });
}

/** Stores the findings so far and, unless this leg was the last, arms the next one. */
async function keep(run: Run, report: StoredReport): Promise<AuditAnswer> {
  if (report.value.pending.length === 0) return end(run, report);
  const kept = await writeReport(run.world, run.services.store, report);
  return kept === null ? leaveToOther(run.world, report.value) : goOn(run, kept);
}

/** SES takes about one control call a second per account; this leaves some for deploys. */
const SES_INTERVAL_MS = 1_100;

/** Returns the report of a new audit, with the domains to audit and the findings that concern every domain. */
async function newReport(run: Run): Promise<AuditReport> {
  const { world, services, request } = run;
  const known = await ledgersIn(services.store, world.environment.keyStoreBucket);
  const pending = await placesToAudit(run, known);
  const whole = request.domains === undefined && !request.changed;
  // Many identities may change at once, so that such an audit makes no survey.
  const surveyed = request.changed ? notSurveyed(pending) : await survey(run, known, pending);
  return {
    format: 1,
    object: newReportObject(world),
    startedAt: iso(world.clock.now()),
    legs: 0,
    complete: false,
    whole,
    scheduled: request.scheduled,
    pending,
    survey: surveyed,
    general: [...surveyed.findings, ...(whole ? await judgeTopics(run) : [])],
    domains: [],
  };
}

/** Returns the places that the request asks to audit. @param known every place with a ledger */
async function placesToAudit(run: Run, known: readonly Place[]): Promise<Place[]> {
  const { world, request, memory } = run;
  if (request.domains !== undefined) return named(request.domains, known, world.environment.region);
  if (request.changed) return changedIn(await ledgersOf(run, known));
  return [...known, ...lostAmong(memory.last, known)];
}

/** Returns the places whose ledger records a change that no audit has seen. */
const changedIn = (ledgers: readonly Ledger[]): Place[] =>
  ledgers.flatMap(({ domain, region, callsOfOthers }) =>
    callsOfOthers.length > 0 ? [{ domain, region }] : [],
  );

/** Returns the named domains in each region that has a ledger for them, or in the function's region. */
const named = (domains: readonly string[], known: readonly Place[], region: string): Place[] =>
  [...new Set(domains)].flatMap((domain) => {
    const found = known.filter((place) => place.domain === domain);
    return found.length > 0 ? found : [{ domain, region }];
  });

/** Arms the next leg; if that fails, Lambda repeats this one, which arms it again. */
async function goOn({ world, services, request }: Run, { value }: StoredReport): Promise<AuditAnswer> {
  const at = await continueLater(world, services, request, { report: value.object, leg: value.legs + 1 });
  return auditAnswer(world, value, { continuesAt: iso(at) });
}

/** Completes the report and notifies the operators, even if the report cannot be stored. */
async function end(run: Run, { value: report, etag }: StoredReport): Promise<AuditAnswer> {
  const { world, services } = run;
  const missed = report.pending.map((place) =>
    uncheckedDomain(place, 'NOT_CHECKED', { kind: 'not-reached' }),
  );
  const { problem } = run.memory;
  const unread = problem === undefined ? [] : [finding('LAST_FINDINGS_UNREADABLE', problem)];
  const ended = {
    ...withDomains(report, missed),
    general: [...report.general, ...unread],
    endedAt: iso(world.clock.now()),
    complete: true,
  };
  try {
    const kept = await writeReport(world, services.store, { value: ended, etag });
    return kept === null ? leaveToOther(world, ended) : notify(run, ended);
  } catch (error) {
    const warning = { kind: 'report-not-stored', problem: (error as Error).message } as const;
    return notify(run, ended, [logWarning(world, warning, report)]);
  }
}

/** Answers a duplicate delivery of a leg if the other run was faster. */
const leaveToOther = (world: World, report: AuditReport): AuditAnswer =>
  auditAnswer(world, report, {}, [{ kind: 'other-run' }]);

async function notify(
  run: Run,
  report: AuditReport,
  before: readonly AuditWarning[] = [],
): Promise<AuditAnswer> {
  const { notice, warnings } = await notifyOperators(run, report);
  return auditAnswer(run.world, report, { notice }, [...before, ...warnings]);
}
