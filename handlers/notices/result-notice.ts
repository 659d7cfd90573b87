import { iso } from '../clock';
import { DETAIL_TYPES, type ResultEvent } from '../contract/contract';
import { asByodkimError, type ByodkimError, hasCode } from '../errors/errors';
import { forDomain } from '../escape';
import type { ChangeResult } from '../ledger/ledger';
import type { NotedWork } from '../words/notice-layout';
import { formatResultNotice, type ResultNotice } from '../words/result-notices';
import { describeRollback, describeWarning, type Warning } from '../words/results';
import type { World } from '../world';
import { type Audience, hasTopic, type NoticeOutcome, notify, putEvents } from './publish';

/** Returns the notice of a result, or `null` if nothing has happened that a person must know. */
export type NoticeOf<Answer> = (request: NotedWork, answer: Answer) => ResultNotice | null;

/**
 * Runs a request, publishes the result of the change or the revert, and puts it on the event bus. This happens at least once,
 * since an invocation that is repeated because its answer was lost does so again. The answer (`notice`) or the error's details
 * show whether the notice was sent, which changes nothing else.
 */
export async function withNotice<Answer extends object>(
  world: World,
  request: NotedWork,
  work: () => Promise<Answer>,
  noticeOf: NoticeOf<Answer>,
): Promise<Answer & { readonly notice?: NoticeOutcome }> {
  // No caller reads the answer to a schedule, so its notice goes to the topic of the audit if there is no topic for results.
  const isUnread = request.source === 'schedule' || request.kind === 'heal';
  const audience: Audience = isUnread ? 'unread' : 'results';
  let answer: Answer;
  try {
    answer = await work();
  } catch (thrown) {
    const error = asByodkimError(thrown);
    const { code, facts } = error;
    if (isToldElsewhere(request, error)) throw error;
    const to = request.kind === 'heal' ? audience : 'results';
    const about = { code, rollback: facts.ending && describeRollback(facts.ending) };
    const notice = await send(world, request, { notice: failureNotice(error), audience: to }, about);
    throw notice === undefined ? error : error.with({ notice });
  }
  const about = noticeOf(request, answer);
  if (about === null) return answer;
  const { selector, transaction, final_dkim_status: status, warnings } = answer as Partial<ChangeResult>;
  const known = { selector: selector ?? request.selector, transaction: transaction ?? request.transaction };
  const notice = await send(
    world,
    { ...request, ...known },
    { notice: about, warnings, audience },
    { status },
  );
  return notice === undefined ? answer : { ...answer, notice };
}

/** Checks whether another run sends the notice of a failed change, or the people concerned know of it already. */
function isToldElsewhere({ kind }: NotedWork, error: ByodkimError): boolean {
  // The change is still open; the check that ends it sends the notice.
  if (error.code === 'VERIFICATION_PENDING' || error.facts.notice !== undefined) return true;
  // Another run has taken it over, such as its revert: the notice of that run reports how the change has ended.
  return kind === 'change' && hasCode(error, 'CONCURRENT_UPDATE') && error.facts.kind === 'taken-over';
}

/** A notice and its audience. */
interface Outgoing {
  readonly notice: ResultNotice;
  readonly warnings?: readonly Warning[] | undefined;
  readonly audience: Audience;
}

/** Maps each notice to the state in its event. */
const STATES: Readonly<Record<ResultNotice['kind'], ResultEvent['state']>> = {
  changed: 'changed',
  'changed-again': 'changed',
  verified: 'verified',
  'rolled-back': 'rolled-back',
  unverified: 'rolled-back',
  'not-rolled-back': 'not-rolled-back',
  failed: 'failed',
};

/** Publishes a notice, and puts its event on the bus. @returns undefined if no topic is set */
async function send(
  world: World,
  noted: NotedWork,
  { notice, warnings = [], audience }: Outgoing,
  about: Partial<ResultEvent>,
): Promise<NoticeOutcome | undefined> {
  const { kind, domain, region, selector, transaction } = noted;
  const services = world.services(domain, region, world.clock);
  const at = iso(world.clock.now());
  const state = STATES[notice.kind];
  const told = warnings.map((each) => forDomain(describeWarning(each), noted));
  const formatted = formatResultNotice(noted, notice, told, at);
  const detail: ResultEvent = {
    domain,
    region,
    state,
    kind,
    summary: formatted.subject,
    selector,
    transaction,
    at,
    ...about,
  };
  const [sent] = await Promise.all([
    hasTopic(world, audience) ? notify(world, services, audience, formatted) : undefined,
    putEvents(world, services, [{ detailType: DETAIL_TYPES.result, detail, place: detail }]),
  ]);
  return sent;
}

/** Returns the notice of a change or a revert that failed. */
export function failureNotice(error: ByodkimError): ResultNotice {
  const { code, message, advice } = error;
  const left = hasCode(error, 'ROLLBACK_FAILED') ? { found: error.facts.found } : undefined;
  return { kind: 'failed', code, message, advice, ending: error.facts.ending, left };
}
