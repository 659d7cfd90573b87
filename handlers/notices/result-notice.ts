import type { Notice } from '../aws/topics';
import { iso } from '../clock';
import { ERROR_CATALOGUE, whatToDo } from '../error-catalogue';
import { asByodkimError, type ByodkimError, type DetailsOf, hasCode } from '../errors';
import type { World } from '../world';
import { framed, type NotedWork } from './layout';
import { type NoticeOutcome, tryPublish } from './publish';

/**
 * Does what a request asks for, and tells the result topic how a change or a revert ended. Told at least once: an
 * invocation that is repeated because its answer was lost tells again. The notice changes nothing: whether it was sent
 * is in the answer (`notice`) or in the error's details.
 * @param tell `null`: nothing happened that anybody must know of.
 */
export const told =
  <R extends NotedWork, Answer extends object>(
    work: (world: World, request: R) => Promise<Answer>,
    tell: (world: World, request: NoInfer<R>, answer: Answer) => Notice | null,
  ) =>
  async (world: World, request: R): Promise<Answer & { readonly notice?: NoticeOutcome }> => {
    const { resultTopicArn, auditTopicArn } = world.environment;
    // Nobody reads what a schedule's run answers: where there is no topic of results, the operators hear of its end.
    const topicArn = resultTopicArn || (request.source === 'schedule' ? auditTopicArn : '');
    if (topicArn === '') return work(world, request);
    const send = (notice: Notice): Promise<NoticeOutcome> =>
      tryPublish(world, world.services(request.domain, request.region, world.clock), topicArn, notice);
    let answer: Answer;
    try {
      answer = await work(world, request);
    } catch (thrown) {
      const error = asByodkimError(thrown);
      if (resultTopicArn === '') throw error;
      throw error.with({ notice: await send(failureNotice(world, request, error)) });
    }
    const notice = tell(world, request, answer);
    return notice === null ? answer : { ...answer, notice: await send(notice) };
  };

const ATTEMPTED: Readonly<Record<NotedWork['kind'], string>> = {
  change: 'change',
  update: 'change',
  confirm: 'confirmation of the change',
  destroy: 'rollback (destroy)',
  'revert-unconfirmed': 'revert of the unconfirmed change',
  'revert-by-hand': 'revert',
};

/** A change or a revert failed. */
export function failureNotice(world: World, noted: NotedWork, error: ByodkimError): Notice {
  const { domain, selector, kind } = noted;
  const { who } = ERROR_CATALOGUE[error.code];
  return framed(noted, iso(world.clock.now()), {
    subject: `DKIM ${isChange(noted) ? 'change' : 'revert'} failed: ${domain} (${error.code})`,
    lead: `The DKIM ${ATTEMPTED[kind]} of ${domain} failed: ${error.code}.`,
    facts: { Selector: selector },
    happened: error.what,
    has: sesHas(noted, error),
    todo: [`Who: ${who}.`, ...steps(error, domain), ...again(noted, error)],
  });
}

const isChange = ({ kind }: NotedWork): boolean =>
  kind === 'change' || kind === 'update' || kind === 'confirm';

function sesHas(noted: NotedWork, error: ByodkimError): string {
  if (hasCode(error, 'ROLLBACK_FAILED')) return state(error.details.found);
  if (error.details.rollback !== undefined) return error.details.rollback;
  if (error.code === 'CONCURRENT_UPDATE') return 'whatever the other run makes of it';
  if (!isChange(noted))
    return `it was not put back completely: look at it with byodkim status ${noted.domain}`;
  return 'what it had before: it was not written to';
}

function state(found: DetailsOf['ROLLBACK_FAILED']['found']): string {
  if (found === undefined) return 'unknown: SES does not answer';
  if (found === null) return 'there is no such identity any more';
  const { origin, selector, enabled, status } = found;
  return `${origin}${selector ? `, selector ${selector}` : ''}, signing ${enabled ? 'on' : 'off'}, ${status}`;
}

/** Commands stand alone, each on its line, so that they can be copied. */
function steps(error: ByodkimError, domain: string): string[] {
  if (hasCode(error, 'ROLLBACK_FAILED'))
    return [`Run these, then byodkim status ${domain}:`, '', ...error.details.commands];
  const { todo, look } = whatToDo(error.code, error.advice, domain);
  if (error.advice === undefined) return [todo.replaceAll('`', '')];
  return [todo, ...(look === undefined ? [] : ['', look])];
}

/** What happens by itself. */
function again({ kind }: NotedWork, error: ByodkimError): string[] {
  if (hasCode(error, 'ROLLBACK_FAILED') && error.details.retryAt !== null)
    return ['', `It is tried again by itself at ${error.details.retryAt}.`];
  if (kind === 'revert-unconfirmed')
    return ['', 'The revert is tried again by itself; you are told how that ends.'];
  return [];
}
