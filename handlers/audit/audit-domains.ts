import { KEPT_MS } from '../budgets';
import type { Clock } from '../clock';
import type { AuditRequest, Place } from '../event';
import type { Services, World } from '../world';
import { auditDomain } from './audit-domain';
import type { AuditWorld } from './audited';
import type { DomainReport } from './report';

/** SES allows its control calls about once a second per account; this leaves some for deploys. */
const SES_INTERVAL_MS = 1_100;
/** Domains audited at the same time, so that SES sets the rate and not a slow name server. */
const CONCURRENCY = 8;

/** Audits as many domains as there is time for. @returns the reports of those that were reached. */
export async function auditDomains(
  { world, memory }: Pick<AuditWorld, 'world' | 'memory'>,
  gate: AuditRequest['gate'],
  places: readonly Place[],
  sesIntervalMs = SES_INTERVAL_MS,
): Promise<DomainReport[]> {
  const reports: DomainReport[] = [];
  const waiting = [...places];
  const waitForSesRate = pace(world.clock, sesIntervalMs);
  const services = byRegion(world);
  const stop = new AbortController();
  const worker = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const audit = { world, memory, services: services(place.region), gate, waitForSesRate };
      const report = await auditDomain(audit, place);
      if (stop.signal.aborted) return;
      reports.push(report);
    }
  };
  const timeUp = world.clock
    .sleep(Math.max(0, world.remainingMs() - KEPT_MS.audit), stop.signal)
    .catch(() => undefined);
  await Promise.race([Promise.all(Array.from({ length: CONCURRENCY }, worker)), timeUp]);
  // A domain that is still being audited is not waited for: the next invocation begins it again.
  waiting.length = 0;
  stop.abort();
  return reports;
}

function byRegion(world: World): (region: string) => Services {
  const made = new Map<string, Services>();
  return (region) => {
    const services = made.get(region) ?? world.services('', region, world.clock);
    made.set(region, services);
    return services;
  };
}

/** Spaces calls: each caller waits for its turn, `intervalMs` after the one before. */
function pace(clock: Clock, intervalMs: number): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.now();
    const turn = Math.max(now, next);
    next = turn + intervalMs;
    if (turn > now) await clock.sleep(turn - now);
  };
}
