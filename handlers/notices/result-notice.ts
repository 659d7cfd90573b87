import type { Notice } from '../aws/topics';
import { asByodkimError } from '../errors';
import type { World } from '../world';
import { failureNotice } from './failure-notice';
import type { NotedWork } from './layout';
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
      if (resultTopicArn === '' && request.kind !== 'rotate-due') throw error;
      throw error.with({ notice: await send(failureNotice(world, request, error)) });
    }
    const notice = tell(world, request, answer);
    return notice === null ? answer : { ...answer, notice: await send(notice) };
  };
