import { gateWith, type RequestOf } from '../contract/input/event';
import { Session } from '../ledger/session';
import { removalAsked } from '../ledger/transitions';
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
 * request the removal of a record that mail needs. The request is in the ledger before it is sent, since it may be obeyed
 * late; and under the lease, so that a change either finds it there, or is found here.
 * @throws ByodkimError CONCURRENT_UPDATE, ACCESS_DENIED, DEPENDENCY_FAILED
 */
export async function askRemoval(world: World, request: RequestOf<'ask-removal'>): Promise<RemovalAnswer> {
  const { domain, selector } = request;
  const session = Session.open(world, request, 'change');
  const free =
    (await session.read()) === null ? null : await session.withLease(() => noted(session, selector));
  const answer = { statusCode: 200, domain, selector } as const;
  if (free === null || free.publisher === 'stack') {
    // The engine would publish it again.
    const notice = notSent({ kind: free === null ? 'still-needed' : 'published-by-stack' });
    return { ...answer, notice, text: null };
  }
  const { recordName: name, since } = free;
  const text = dnsNotice(world, request, { kind: 'removal', name, since });
  const notice = await notify(world, session.services, 'on-request', text);
  return { ...answer, notice, text };
}

/** Records the request, if no mail needs the record. @returns `null` if mail may need it */
async function noted(session: Session, selector: string): Promise<FindingFacts['RECORD_MAY_GO'] | null> {
  const { world, services, ledger, place } = session;
  const found = await checkFormer({
    world,
    services,
    gate: gateWith({}, world.environment),
    memory: await readMemory(world, services),
    ledger,
    now: session.now(),
    // Somebody else may have set it again, which no ledger knows.
    state: await services.identities.get(place.domain),
  });
  const free = found.find(({ code, facts }) => FREE.includes(code) && isOf(facts, selector));
  if (free === undefined) return null;
  const facts = free.facts as FindingFacts['RECORD_MAY_GO'];
  if (facts.publisher === 'others')
    await session.finish(removalAsked(session.ledger, selector, session.now()));
  return facts;
}

const isOf = (facts: unknown, selector: string): boolean =>
  (facts as { readonly selector?: unknown }).selector === selector;
