import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import type { Operation } from '../../packages/sandbox/aws/service';

/** What is done around a call; `run` carries it out. */
export type Around = (run: () => Promise<unknown>, input: any) => Promise<unknown>;

/** Puts something around every call of an operation, until the answer is called. */
export function aroundCall(
  { service }: Pick<Sandbox, 'service'>,
  serviceName: string,
  operation: string,
  around: Around,
): () => void {
  const operations = service(serviceName).operations as Record<string, Operation>;
  const original = operations[operation]!;
  operations[operation] = {
    ...original,
    run: (input, context) => around(async () => original.run(input, context), input),
  };
  return () => {
    operations[operation] = original;
  };
}

/** Called when the function has answered the engine, before the engine hears of it. */
export type AfterInvocation = (event: any) => Promise<void>;

/** Puts something between the invocations that an engine makes. Other callers are let through. */
export const betweenInvocations = (sandbox: Sandbox, after: AfterInvocation): (() => void) =>
  aroundCall(sandbox, 'lambda', 'Invoke', async (run, { InvocationType, Payload }) => {
    const output = await run();
    const event = JSON.parse(Buffer.from(Payload).toString('utf8'));
    if (InvocationType !== 'Event' && event.resource !== undefined) await after(event);
    return output;
  });
