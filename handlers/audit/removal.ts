import { gateWith, type RequestOf } from '../contract/input/event';
import { readLedger } from '../ledger/ledger-store';
import { dnsNotice } from '../notices/dns-notice';
import { type NoticeOutcome, notify, notSent } from '../notices/publish';
import type { FindingFacts } from '../words/findings';
import type { Notice } from '../words/notice-layout';
import type { World } from '../world';
import { readMemory } from './findings/news';
import { checkFormer } from './judge/records';

/** The answer to `ask_removal`. */
export interface RemovalAnswer {
  readonly statusCode: 200;
  readonly domain: string;
  readonly selector: string;
  readonly notice: NoticeOutcome;
  /** The notice itself, to be sent in another way; `null` if the record may still be needed, or its stack publishes it. */
  readonly text: Notice | null;
}

/** Findings of a record that no mail needs. */
const FREE: readonly string[] = ['RECORD_MAY_GO', 'RECORD_STAYS_TOO_LONG'];

/**
 * Asks the DNS team to remove the record of an earlier selector. Judges the record as the audit does, so that nobody can
 * request the removal of a record that mail needs.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED
 */
export async function askRemoval(world: World, request: RequestOf<'ask-removal'>): Promise<RemovalAnswer> {
  const { domain, region, selector } = request;
  const services = world.services(domain, region, world.clock);
  const ledger = await readLedger(services.store, world.environment.keyStoreBucket, request);
  const memory = await readMemory(world, services);
  const now = world.clock.now();
  const audited = ledger && {
    world,
    services,
    gate: gateWith({}, world.environment),
    memory,
    ledger,
    now,
    // Somebody else may have set it again, which no ledger knows.
    state: await services.identities.get(domain),
  };
  const found = audited === null ? [] : await checkFormer(audited);
  const free = found.find(({ code, facts }) => FREE.includes(code) && isOf(facts, selector));
  const answer = { statusCode: 200, domain, selector } as const;
  if (free === undefined) {
    const notice = notSent({ kind: 'still-needed' });
    return { ...answer, notice, text: null };
  }
  const { recordName: name, since, publisher } = free.facts as FindingFacts['RECORD_MAY_GO'];
  // The engine would publish it again.
  if (publisher === 'stack') {
    const notice = notSent({ kind: 'published-by-stack' });
    return { ...answer, notice, text: null };
  }
  const text = dnsNotice(world, request, { kind: 'removal', name, since });
  const notice = await notify(world, services, 'on-request', text);
  return { ...answer, notice, text };
}

const isOf = (facts: unknown, selector: string): boolean =>
  (facts as { readonly selector?: unknown }).selector === selector;
