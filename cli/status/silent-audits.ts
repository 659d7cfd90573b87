import { DAY_MS } from '../../handlers/clock';
import type { SilentAudit } from '../words/status';
import { isChecked, type StatusRow } from './row';

/** Time without a new audit after which that is reported, since audits are daily and one may fail. */
const SILENT_MS = 2 * DAY_MS;

/** Returns the regions in which no audit of all domains runs, by the answers about their domains. */
export function silentAudits(rows: readonly StatusRow[]): SilentAudit[] {
  const silent = new Map<string, SilentAudit>();
  for (const { answer } of rows.filter(isChecked)) {
    const { region, isManaged, auditedAt, now } = answer;
    // Before the first audit, the time of the first change shows how long the domain has waited for one.
    const since = auditedAt ?? answer.history[0]?.at;
    const isKnown = isManaged && auditedAt !== undefined && since !== undefined;
    if (!isKnown || Date.parse(now) - Date.parse(since) < SILENT_MS) continue;
    silent.set(region, { region, auditedAt });
  }
  return [...silent.values()];
}
