import { asByodkimError } from '../answer';
import type { Notice } from '../aws/topics';
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
export async function withNotice<Answer extends object>(
  world: World,
  noted: NotedWork,
  work: () => Promise<Answer>,
  tell: (answer: Answer) => Notice | null,
): Promise<Answer & { readonly notice?: NoticeOutcome }> {
  const { resultTopicArn, auditTopicArn } = world.environment;
  // Nobody reads what a schedule's run answers: where there is no topic of results, the operators hear of its end.
  const topicArn = resultTopicArn || (noted.source === 'schedule' ? auditTopicArn : '');
  if (topicArn === '') return work();
  let answer: Answer;
  try {
    answer = await work();
  } catch (thrown) {
    const error = asByodkimError(thrown);
    if (resultTopicArn === '' && noted.kind !== 'rotate-due') throw error;
    const notice = await send(world, noted, topicArn, failureNotice(world, noted, error));
    throw error.with({ notice });
  }
  const notice = tell(answer);
  return notice === null ? answer : { ...answer, notice: await send(world, noted, topicArn, notice) };
}

const send = (
  world: World,
  { domain, region }: NotedWork,
  topicArn: string,
  notice: Notice,
): Promise<NoticeOutcome> => tryPublish(world, world.services(domain, region, world.clock), topicArn, notice);
