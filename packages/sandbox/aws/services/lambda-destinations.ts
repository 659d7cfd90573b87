import type { FunctionRecord } from '../../lambda/function-record';
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
  const principal = {
    type: 'role',
    roleName: fn.roleArn.split('/').at(-1) ?? '',
    roleArn: fn.roleArn,
    sessionName: fn.name,
  } as const;
  const input = { TopicArn: topicArn, Message: JSON.stringify(record) };
  await core.call('sns', 'Publish', input, principal, topicArn.split(':')[3]).catch(() => {});
}
