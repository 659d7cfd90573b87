import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import type { ITerraformDependable, TerraformStack } from 'cdktf';
import type { Fault } from '../../packages/sandbox/aws/service';
import type { Deployment } from './deployment';

/** Something else that a user has in the stack: a topic, whose display name can be changed. */
export const other =
  (displayName: string, name = 'other') =>
  (stack: TerraformStack): void => {
    new SnsTopic(stack, 'Other', {
      name,
      displayName,
      dependsOn: [
        stack.node.findChild('Identity').node.findChild('Signing') as unknown as ITerraformDependable,
      ],
      lifecycle: { createBeforeDestroy: true },
    });
  };

/** A name of its own for each domain, so that several may be played side by side. */
export const otherOf = (domain: string): string => `other-${domain.replaceAll('.', '-')}`;

/** Makes it fail while `run` runs: neither made nor changed by an apply, while a plan sees it as ever. */
export async function whileOtherFails<T>(
  { sandbox }: Deployment,
  run: () => Promise<T>,
  place: Pick<Fault, 'resourceIncludes'> = {},
): Promise<T> {
  const faults = ['sns:CreateTopic', 'sns:SetTopicAttributes'].map((operation) =>
    sandbox.faults.add({ operation, kind: 'deny', admin: true, ...place }),
  );
  return run().finally(() => {
    for (const fault of faults) fault.remove();
  });
}
