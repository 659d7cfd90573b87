import { isDeepStrictEqual } from 'node:util';
import type { SigningState } from '../aws/email-identity';
import type { Services } from '../aws/services';
import { KEPT_MS } from '../budgets';
import type { Clock } from '../clock';
import type { Place } from '../contract/input/event';
import { hasCode } from '../errors/errors';
import type { Ledger } from '../ledger/ledger';
import { ledgerStore, type StoredLedger } from '../ledger/ledger-store';
import { observed } from '../ledger/seen';
import { signsWith } from '../ledger/signing-state';
import type { World } from '../world';
import { type Finding, finding } from './findings/finding';
import { type DomainReport, domainReport, type Survey, uncheckedDomain, unmanaged } from './findings/report';
import { judge, orUnknown } from './judge/judge';
import { checkJoined, judgeOverrides } from './judge/survey';
import { type Audited, inForceIn, type Run } from './run/audited';

/** Domains audited at the same time, so that SES sets the rate and not a slow name server. */
const CONCURRENCY = 8;

/**
 * Audits as many domains as there is time for.
 * @param alone records the domain that is audited, or that none is; only one is then audited at a time. @default several at a
 * time
 * @returns the reports of the domains that were reached
 */
export async function auditDomains(
  run: Auditing,
  places: readonly Place[],
  alone?: (place: Place | undefined) => Promise<void>,
): Promise<DomainReport[]> {
  const { world } = run;
  const reports: DomainReport[] = [];
  const waiting = [...places];
  const stop = new AbortController();
  // Checks after each wait too, since the sandbox shortens sleeps, but not the limit of an audit.
  const leftMs = (): number => Math.max(0, world.remainingMs() - KEPT_MS.audit);
  const waitForSesRate = async (): Promise<void> => {
    await run.waitForSesRate();
    if (leftMs() === 0) stop.abort();
    // Lambda freezes the process after its answer. In the next invocation, all waiting domains would call SES at once.
    stop.signal.throwIfAborted();
  };
  const worker = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      await alone?.(place);
      const report = await auditDomain({ ...run, waitForSesRate }, place);
      if (stop.signal.aborted) return;
      reports.push(report);
    }
  };
  const timeUp = world.clock.limit(leftMs(), stop.signal).catch(() => undefined);
  const workers = Array.from({ length: alone ? 1 : CONCURRENCY }, worker);
  await Promise.race([Promise.all(workers), timeUp]);
  // The next invocation begins again with domains whose audit has not ended.
  waiting.length = 0;
  stop.abort();
  await alone?.(undefined);
  return reports;
}

type Auditing = Run & Pick<Audited, 'acts'> & { readonly survey: Survey };

/** Audits one domain. Changes nothing in SES. Never throws, since a check that failed is also a finding. */
async function auditDomain(audit: Auditing, place: Place): Promise<DomainReport> {
  try {
    const { servicesOf, world } = audit;
    const ledgers = ledgerStore(servicesOf(place.region).store, world.environment.keyStoreBucket, place);
    const stored = await ledgers.read();
    return stored === null ? unmanaged(place) : await auditManaged(audit, stored, ledgers.write);
  } catch (error) {
    return uncheckedDomain(place, 'NOT_CHECKED', {
      kind: 'domain',
      problem: (error as Error).message,
      object:
        hasCode(error, 'DEPENDENCY_FAILED') && error.facts.kind === 'object' ? error.facts.object : undefined,
    });
  }
}

async function auditManaged(
  { world, request: { gate }, memory, acts, servicesOf, survey, waitForSesRate }: Auditing,
  { ledger, etag, unknown }: StoredLedger,
  write: (ledger: Ledger, etag: string) => Promise<unknown>,
): Promise<DomainReport> {
  const { domain, region, callsOfOthers } = ledger;
  const ask = async (where: string): Promise<SigningState | null> => {
    await waitForSesRate();
    return servicesOf(where).identities.get(domain);
  };
  const wanted = inForceIn(ledger);
  const findings: Finding[] = [];
  // A call that arrived late may have set a state again that was rolled back or destroyed.
  const isAsked = wanted !== null || ledger.asked.length + ledger.signers.length > 0;
  const state = isAsked ? await orUnknown(findings, 'signing', () => ask(region)) : undefined;
  const now = world.clock.now();
  const services = servicesOf(region);
  const { found, isProved } = await judge({ world, services, gate, memory, acts, now, ledger, state });
  findings.push(...found.findings);
  if (unknown.length > 0) findings.push(finding('LEDGER_PARTS_UNREADABLE', { parts: unknown }));
  if (wanted !== null) findings.push(...judgeOverrides(survey, ledger));
  if (wanted !== null && state !== undefined && !found.unsettled) {
    const differing = await orUnknown(findings, 'joined-identity', () =>
      checkJoined(survey, ledger, state, ask),
    );
    findings.push(...(differing ?? []));
    const shown = state !== null && signsWith(state, wanted.selector) ? state : null;
    const next = observed(ledger, shown, isProved);
    const isNews = callsOfOthers.length + unknown.length > 0 || !isDeepStrictEqual(next.seen, ledger.seen);
    // If another run writes the ledger meanwhile, the next audit records its own observation.
    if (isNews && acts)
      await write({ ...next, writeId: world.uuid() }, etag).catch((error: Error) =>
        findings.push(finding('NOT_CHECKED', { kind: 'ledger', problem: error.message })),
      );
  }
  return domainReport(ledger, { ...found, findings });
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

/** Spaces calls: each caller waits until `intervalMs` after the previous one. */
export function pace(clock: Clock, intervalMs: number): () => Promise<void> {
  let next = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.now();
    const turn = Math.max(now, next);
    next = turn + intervalMs;
    if (turn > now) await clock.sleep(turn - now);
  };
}
