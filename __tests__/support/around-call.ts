import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import type { Operation } from '../../packages/sandbox/aws/service';

/** What is done around a call; `run` carries it out. */
type Around = (run: () => Promise<unknown>, input: any) => Promise<unknown>;

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
