/** Makes the answer of an audit, with as many findings as Lambda can return. */
import { READ_ONLY_AUDIT } from '../../budgets';
import { visibleValue } from '../../escape';
import type { NoticeOutcome } from '../../notices/publish';
import type { AuditProgress, AuditWarning } from '../../words/report';
import type { World } from '../../world';
import { type AuditReport, type DomainReport, reportUri } from '../findings/report';
import { countDomains, needsAttention } from './summary';

export interface AuditAnswer extends AuditEnding {
  readonly statusCode: 200;
  readonly message: AuditProgress;
  /** Whether every domain was audited. */
  readonly complete: boolean;
  readonly audited: number;
  readonly needingAttention: number;
  /** Domains without findings whose signing state is not final: a change is open or has just ended. */
  readonly unsettled: number;
  /** Domains with findings that need action, the worst first. */
  readonly domains: readonly DomainReport[];
  /** Number of those that are only in the report, since the answer would be too large. Absent: none. */
  readonly leftOut?: number;
  /** Place of the whole report, e.g. `s3://bucket/key`. Absent if it is not stored. */
  readonly report?: string | undefined;
  /** That of a finding is its sentence. */
  readonly warnings: readonly (AuditWarning | string)[];
}

/** Result of an invocation of an audit. */
export interface AuditEnding {
  /** Time at which the audit continues, if it could not end. ISO 8601. */
  readonly continuesAt?: string;
  /** Domains that were not audited; the read-only alias only. */
  readonly notReached?: readonly string[];
  /** Whether the operators were notified, or the reason why not. Absent while the audit continues. */
  readonly notice?: NoticeOutcome;
}

export function auditAnswer(
  world: World,
  report: AuditReport,
  ending: AuditEnding = {},
  warnings: readonly AuditWarning[] = [],
): AuditAnswer {
  const bad = needsAttention(report);
  const domains = firstThatFit(bad);
  const leftOut = bad.length - domains.length;
  return {
    statusCode: 200,
    message: progressOf(report, ending.notReached !== undefined),
    complete: report.complete,
    audited: report.domains.length,
    needingAttention: bad.length,
    unsettled: report.domains.filter(isUnsettled).length,
    domains,
    report: ending.notReached ? undefined : reportUri(world, report),
    ...ending,
    ...(leftOut > 0 && { leftOut }),
    warnings: [...report.general.map(({ found }) => found), ...warnings],
  };
}

const isUnsettled = ({ severity, unsettled }: DomainReport): boolean =>
  severity === null && unsettled === true;

function progressOf(report: AuditReport, isReader: boolean): AuditProgress {
  const { complete, domains, pending } = report;
  if (complete) return { kind: 'complete', counts: countDomains(report) };
  const most = isReader ? READ_ONLY_AUDIT.domains : null;
  return { kind: 'incomplete', audited: domains.length, left: pending.length, most };
}

/** Logs a warning of the audit, which is also in its answer, since nobody reads the answer to a schedule. */
export function logWarning({ log }: World, warning: AuditWarning, { object }: AuditReport): AuditWarning {
  log.error('audit-warning', { warning, report: object });
  return warning;
}

/**
 * Lambda returns at most 6 MB, and an invocation with a larger answer fails. The rest is for the fields outside the domains.
 */
const MOST_BYTES = 5_000_000;

/** Returns as many domains as fit into the answer. */
function firstThatFit(domains: readonly DomainReport[]): readonly DomainReport[] {
  let bytes = 0;
  const end = domains.findIndex((each) => {
    bytes += Buffer.byteLength(JSON.stringify(visibleValue(each))) + 1;
    return bytes > MOST_BYTES;
  });
  return end < 0 ? domains : domains.slice(0, end);
}
