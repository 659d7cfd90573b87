import type { FunctionRecord } from '../../lambda/function-record';
import { sessionOf } from '../../lambda/invoker';
import type { SandboxCore } from '../core';

/**
 * Tells a destination how an asynchronous invocation ended. Lambda does it in the function's role: without
 * `sns:Publish` nothing arrives, and nobody is told.
 */
export async function deliver(
  core: SandboxCore,
  fn: FunctionRecord | undefined,
  topicArn: string,
  record: unknown,
): Promise<void> {
  if (!fn) return;
  const input = { TopicArn: topicArn, Message: JSON.stringify(record) };
  await core.call('sns', 'Publish', input, sessionOf(fn), topicArn.split(':')[3]).catch(() => {});
}
