import { asByodkimError } from '../answer';
import type { Notice } from '../aws/topics';
import { ByodkimError } from '../errors';
import type { Request } from '../event';
import type { Confirmed } from '../transaction/confirm';
import type { ChangeResult } from '../transaction/ledger';
import type { Reverted } from '../transaction/revert';
import type { World } from '../world';
import { failureNotice } from './failure-notice';
import { type NotedWork, notedWork } from './noted-work';
import { type NoticeOutcome, tryPublish } from './publish';
import { changeNotice, reapplyNotice, revertNotice } from './success-notice';

/**
 * Does what a request asks for, and tells the result topic how a change or a revert ended. Told at least once: an
 * invocation that is repeated because its answer was lost tells again. The notice changes nothing: whether it was sent
 * is in the answer (`notice`) or in the error's details.
 */
export async function withResultNotice(
  world: World,
  request: Request,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const noted = notedWork(request);
  if (noted === null || world.environment.resultTopicArn === '') return work();
  let answer: unknown;
  try {
    answer = await work();
  } catch (thrown) {
    const error = asByodkimError(thrown);
    const notice = await send(world, noted, failureNotice(world, noted, error));
    throw new ByodkimError(error.code, error.message, { ...error.details, notice }, error.cause ?? error);
  }
  const notice = successNotice(world, noted, answer);
  return notice === null ? answer : { ...(answer as object), notice: await send(world, noted, notice) };
}

const send = (world: World, { domain, region }: NotedWork, notice: Notice): Promise<NoticeOutcome> =>
  tryPublish(world, world.services(domain, region, world.clock), world.environment.resultTopicArn, notice);

/** `null`: nothing happened that anybody must know of. */
function successNotice(world: World, noted: NotedWork, answer: unknown): Notice | null {
  switch (noted.kind) {
    case 'change': {
      const result = answer as ChangeResult;
      return result.changed ? changeNotice(noted, result) : null;
    }
    case 'confirmation': {
      const result = answer as Confirmed;
      return result.reapplied ? reapplyNotice(world, noted, result) : null;
    }
    default: {
      const result = answer as Reverted;
      return result.reverted || result.incomplete ? revertNotice(world, noted, result) : null;
    }
  }
}
