import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import type { ITerraformDependable } from 'cdktf';
import type { Fault } from '../../packages/sandbox/contract/service';
import type { Deployment } from './deployment';
import type { Extend } from './workplace';

const made = new Map<string, Extend>();

/** Something else that a user has in the stack: a topic, whose display name can be changed. The same is said the same way. */
export function other(displayName: string, name = 'other'): Extend {
  const key = `${name} ${displayName}`;
  const known = made.get(key) ?? topic(displayName, name);
  made.set(key, known);
  return known;
}

const topic =
  (displayName: string, name: string): Extend =>
  (stack) => {
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
