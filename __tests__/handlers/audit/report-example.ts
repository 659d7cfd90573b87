import type { AuditReport, DomainReport } from '../../../handlers/audit/findings/report';

/** A report of an audit of all domains, in one leg. */
export const auditReport = (domains: readonly DomainReport[]): AuditReport => ({
  format: 1,
  object: 'byodkim-audit/2025-09-17-1.json',
  startedAt: '2025-09-17T03:00:00.000Z',
  legs: 1,
  complete: true,
  whole: true,
  pending: [],
  scheduled: true,
  survey: { overrides: {}, joined: {}, unknown: [], findings: [] },
  general: [],
  domains: [...domains],
});
