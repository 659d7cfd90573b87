import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import type { TerraformStack } from 'cdktf';
import type { Deployment } from './deployment';

/** Something else that a user has in the stack. */
export const other =
  (value: string, name = '/other') =>
  (stack: TerraformStack): void => {
    new SsmParameter(stack, 'Other', {
      name,
      type: 'String',
      value,
      dependsOn: [stack.node.findChild('Identity').node.findChild('Signing') as SsmParameter],
      lifecycle: { createBeforeDestroy: true },
    });
  };

/** Makes it fail while `run` runs. */
export async function whileOtherFails<T>({ sandbox }: Deployment, run: () => Promise<T>): Promise<T> {
  sandbox.faults.add({ operation: 'ssm:PutParameter', kind: 'deny', admin: true });
  try {
    return await run();
  } finally {
    sandbox.faults.clear();
  }
}
