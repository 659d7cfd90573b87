/** Ends an audit: writes metrics, the notice to the operators, events, and the findings for the next audit. */

import type { BusEvent } from '../../aws/events';
import { AUDIT_METRIC, DETAIL_TYPES, type FindingEvent, STATE_METRICS } from '../../contract/contract';
import {
  type Audience,
  hasTopic,
  type NoticeOutcome,
  notify,
  notSent,
  putEvents,
} from '../../notices/publish';
import type { AuditWarning } from '../../words/report';
import { compare, type News, readMemory, writeMemory } from '../findings/news';
import { type AuditReport, reportUri } from '../findings/report';
import type { Run } from '../run/audited';
import { logWarning } from './answer';
import { auditNotice, needsAttention } from './summary';

/**
 * Notifies the operators of changes since the last audit, of everything each month, and of all findings of an audit that was
 * called directly.
 */
export async function notifyOperators(
  given: Run,
  report: AuditReport,
): Promise<{ readonly notice: NoticeOutcome; readonly warnings: readonly AuditWarning[] }> {
  const { world, services, request } = given;
  // Another audit may have notified since this one began.
  const memory = given.memory.problem === undefined ? await readMemory(world, services) : given.memory;
  const run = { ...given, memory };
  const { scheduled, whole, general } = report;
  const bad = needsAttention(report);
  // PLAN AHEAD raises no alarm.
  const now = bad.filter(({ severity }) => severity !== 'plan').length;
  if (whole) world.metrics.count({ [AUDIT_METRIC.metricName]: now, ...countStates(report) });
  const { news } = compare(memory.last, report, world.clock.now());
  const month = report.startedAt.slice(0, 7);
  const isSummary = scheduled && whole && memory.last.summary !== month && report.domains.length > 0;
  const isProblem = bad.length > 0 || general.length > 0;
  const isWhole = request.always || isSummary || (isProblem && !scheduled);
  const shown = scheduled ? news : [];
  const text = auditNotice(report, reportUri(world, report), { news: shown, isWhole, isSummary });
  const isSent = isWhole || shown.length > 0 || !hasTopic(world, 'operators');
  const notice: NoticeOutcome = isSent
    ? await notify(world, services, audienceOf(run, report), text)
    : notSent({ kind: isProblem ? 'nothing-new' : 'no-problems' });
  if (!scheduled) return { notice, warnings: [] };
  const unsent = await putEvents(world, services, news.flatMap(findingEvents));
  const unkept = await keepFindings(run, report, notice, isSummary ? month : null);
  const unsentEvents = unsent === undefined ? [] : [{ kind: 'events-not-sent', problem: unsent } as const];
  return { notice, warnings: [...unsentEvents, ...unkept] };
}

/** Chooses the operators, or the readers of results if nobody reads the topic of the operators. */
function audienceOf({ world }: Run, { general }: AuditReport): Audience {
  const unheard = general.flatMap(({ code, subject }) => (code === 'NOT_HEARD' ? [subject] : []));
  const isOther = unheard.includes('audit') && !unheard.includes('result') && hasTopic(world, 'results');
  return isOther ? 'results' : 'operators';
}

/** Counts the domains that should sign by their status in SES. */
function countStates({ domains }: AuditReport): Record<string, number> {
  const counts = Object.fromEntries(Object.values(STATE_METRICS).map((name) => [name, 0]));
  for (const { selector, ses } of domains)
    if (selector !== null)
      counts[STATE_METRICS[ses?.status as keyof typeof STATE_METRICS] ?? STATE_METRICS.other]! += 1;
  return counts;
}

function findingEvents({ state, place, finding: { todo: of, ...finding } }: News): BusEvent[] {
  // The finding has not changed, and only the notice repeats it.
  if (state === 'unresolved') return [];
  const { domain, region } = place ?? {};
  const { code, severity, found, since } = finding;
  const todo = state === 'resolved' ? undefined : of;
  const detail: FindingEvent = { domain, region, state, code, severity, found, todo, since };
  return [{ detailType: DETAIL_TYPES.finding, detail, place }];
}

/**
 * Stores the findings for the next audit, unless the notice could not be sent, so that it is sent next time. @returns warnings
 */
async function keepFindings(
  { world, services, memory }: Run,
  report: AuditReport,
  { error }: NoticeOutcome,
  summary: string | null,
): Promise<AuditWarning[]> {
  // The next audit of all domains reports that they could not be read, and writes them again.
  if (memory.problem !== undefined && !report.whole) return [];
  try {
    await writeMemory(world, services, memory, (last) => {
      const { next } = compare(last, report, world.clock.now(), summary !== null);
      return error === undefined
        ? { ...next, summary: summary ?? last.summary }
        : { ...last, heals: next.heals };
    });
    return [];
  } catch (failure) {
    const warning = { kind: 'findings-not-stored', problem: (failure as Error).message } as const;
    return [logWarning(world, warning, report)];
  }
}
