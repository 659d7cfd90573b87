import { iso } from '../clock';
import { DETAIL_TYPES, type ResultEvent } from '../contract/contract';
import { asByodkimError, type ByodkimError, hasCode } from '../errors/errors';
import { forDomain } from '../errors/for-domain';
import type { ErrorFacts } from '../facts/errors';
import type { ChangeResult } from '../ledger/ledger';
import { ERRORS } from '../words/errors';
import { formatState } from '../words/states';
import type { World } from '../world';
import { formatNotice, type NotedWork, type NoticeParts } from './layout';
import { type Audience, isHeard, type NoticeOutcome, notify, putEvents } from './publish';

/** Returns what people are notified of; `null`: nothing has happened that a person must know of. */
export type NoticeOf<Answer> = (request: NotedWork, answer: Answer) => NoticeParts | null;

/**
 * Runs a request, publishes how the change or the revert ended, and puts it on the event bus; at least once: an invocation
 * that is repeated because its answer was lost does so again. Whether the notice was sent is in the answer (`notice`) or in
 * the error's details, and changes nothing else.
 */
export async function withNotice<Answer extends object>(
  world: World,
  request: NotedWork,
  work: () => Promise<Answer>,
  noticeOf: NoticeOf<Answer>,
): Promise<Answer & { readonly notice?: NoticeOutcome }> {
  // No caller reads the answer to a schedule: without a topic of results, its notice goes to that of the audit.
  const isUnread = request.source === 'schedule' || request.kind === 'heal';
  const audience: Audience = isUnread ? 'unread' : 'results';
  let answer: Answer;
  try {
    answer = await work();
  } catch (thrown) {
    const error = asByodkimError(thrown);
    const { code, facts } = error;
    // The change is still open; the check that ends it sends the notice. Or people know already.
    if (code === 'VERIFICATION_PENDING' || facts.notice !== undefined) throw error;
    const to = request.kind === 'heal' ? audience : 'results';
    const about = { code, rollback: facts.rollback };
    const notice = await send(world, request, failureNotice(request, error), to, about);
    throw notice === undefined ? error : error.with({ notice });
  }
  const parts = noticeOf(request, answer);
  if (parts === null) return answer;
  const { selector, transaction, final_dkim_status: status } = answer as Partial<ChangeResult>;
  const known = { selector: selector ?? request.selector, transaction: transaction ?? request.transaction };
  const notice = await send(world, { ...request, ...known }, parts, audience, { status });
  return notice === undefined ? answer : { ...answer, notice };
}

/** Publishes a notice, and puts its event on the bus. @returns undefined: no topic is set */
async function send(
  world: World,
  noted: NotedWork,
  parts: NoticeParts,
  audience: Audience,
  about: Partial<ResultEvent>,
): Promise<NoticeOutcome | undefined> {
  const { kind, domain, region, selector, transaction } = noted;
  const services = world.services(domain, region, world.clock);
  const at = iso(world.clock.now());
  const notice = formatNotice(noted, parts, at);
  const { state, subject: summary } = parts;
  const detail: ResultEvent = { domain, region, state, kind, summary, selector, transaction, at, ...about };
  const [sent] = await Promise.all([
    isHeard(world, audience) ? notify(world, services, audience, notice) : undefined,
    putEvents(world, services, [{ detailType: DETAIL_TYPES.result, detail, place: detail }]),
  ]);
  return sent;
}

const ATTEMPTED: Readonly<Record<NotedWork['kind'], string>> = {
  change: 'change',
  update: 'change',
  heal: 'repeated change (heal)',
  confirm: 'confirmation of the change',
  destroy: 'rollback (destroy)',
  'revert-unconfirmed': 'revert of the unconfirmed change',
  'revert-by-hand': 'revert',
};

/** Returns the notice of a change or a revert that failed. */
export function failureNotice(noted: NotedWork, error: ByodkimError): NoticeParts {
  const { domain, selector, kind } = noted;
  const who = kind === 'revert-unconfirmed' ? 'the on-call engineer' : ERRORS[error.code].who;
  return {
    state: 'failed',
    subject: `DKIM ${isChange(noted) ? 'change' : 'revert'} failed: ${domain} (${error.code})`,
    lead: `The DKIM ${ATTEMPTED[kind]} of ${domain} failed: ${error.code}.`,
    facts: { Selector: selector },
    happened: error.message,
    has: sesHas(noted, error),
    todo: [`Who: ${who}.`, ...steps(noted, error)],
  };
}

const isChange = ({ kind }: NotedWork): boolean =>
  kind === 'change' || kind === 'update' || kind === 'heal' || kind === 'confirm';

function sesHas(noted: NotedWork, error: ByodkimError): string {
  if (hasCode(error, 'ROLLBACK_FAILED')) return stateLeft(error.facts.found);
  if (error.facts.rollback !== undefined) return error.facts.rollback;
  if (error.code === 'CONCURRENT_UPDATE') return 'as the other run leaves it';
  if (!isChange(noted)) return `not known to be rolled back: run byodkim status ${noted.domain}`;
  return 'what it had before; nothing was written';
}

function stateLeft(found: ErrorFacts['ROLLBACK_FAILED']['found']): string {
  if (found === undefined) return 'unknown: SES does not answer';
  return found === null ? 'the identity no longer exists' : formatState(found);
}

/** Formats what to do by the row of the code, for this domain; commands on lines of their own, so that they can be copied. */
function steps({ kind, ...place }: NotedWork, error: ByodkimError): string[] {
  const { command } = ERRORS[error.code];
  const isRepeated = kind === 'revert-unconfirmed' && error.code !== 'ROLLBACK_FAILED';
  return [
    ...(isRepeated ? [REPEATED, '', 'byodkim revert <domain> --yes', ''] : []),
    error.advice.replaceAll('`', ''),
    ...(command === undefined ? [] : ['', `Check with: ${command}`]),
  ].map((line) => forDomain(line, place));
}
const REPEATED = 'The rollback is repeated automatically; you are notified of the result. To repeat it now:';
