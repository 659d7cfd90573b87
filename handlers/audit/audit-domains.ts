import { KEPT_MS } from '../budgets';
import type { Clock } from '../clock';
import type { Place } from '../contract/event';
import type { Services, World } from '../world';
import { auditDomain } from './audit-domain';
import type { AuditWorld } from './audited';
import type { DomainReport } from './report';

/** Domains audited at the same time, so that SES sets the rate and not a slow name server. */
const CONCURRENCY = 8;

/** Audits as many domains as there is time for. @returns the reports of those that were reached. */
export async function auditDomains(
  given: Omit<AuditWorld, 'services'>,
  places: readonly Place[],
): Promise<DomainReport[]> {
  const { world } = given;
  const reports: DomainReport[] = [];
  const waiting = [...places];
  const stop = new AbortController();
  const waitForSesRate = async (): Promise<void> => {
    await given.waitForSesRate();
    // Lambda freezes the process after its answer. In the next invocation all that waited would ask SES at once.
    stop.signal.throwIfAborted();
  };
  const worker = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const services = given.servicesOf(place.region);
      const report = await auditDomain({ ...given, waitForSesRate, services }, place);
      if (stop.signal.aborted) return;
      reports.push(report);
    }
  };
  const timeUp = world.clock
    .sleep(Math.max(0, world.remainingMs() - KEPT_MS.audit), stop.signal)
    .catch(() => undefined);
  await Promise.race([Promise.all(Array.from({ length: CONCURRENCY }, worker)), timeUp]);
  // The next invocation begins again with domains whose audit has not ended.
  waiting.length = 0;
  stop.abort();
  return reports;
}

/** Makes the services of each region once. */
export function byRegion(world: World): (region: string) => Services {
  const made = new Map<string, Services>();
  return (region) => {
    const services = made.get(region) ?? world.services('', region, world.clock);
    made.set(region, services);
    return services;
  };
}

/** Spaces calls: each caller waits for its turn, `intervalMs` after the one before. */
export function pace(clock: Clock, intervalMs: number): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.now();
    const turn = Math.max(now, next);
    next = turn + intervalMs;
    if (turn > now) await clock.sleep(turn - now);
  };
}
