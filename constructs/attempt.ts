import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

export interface AttemptProps {
  /** What is wanted. Any change of it makes a new attempt, and the plan shows which part changed. */
  readonly wanted: Readonly<Record<string, unknown>>;
  /** Answer of the inspection at plan time. @default drift is not looked for */
  readonly driftToken?: string;
}

/**
 * One attempt to change an identity's signing state. Its `id`, new at each replacement, names the transaction.
 *
 * Contents cannot name a transaction: when a rotation has failed and the list goes back to what it was, the new
 * `Signing` and the deposed old one have the same contents, and the deposed one's delete would undo the new one.
 * To force an apply, replace the `Attempt` (`-replace`), never `Signing` alone: a `Signing` replaced within one
 * attempt is deleted under the transaction that is current.
 *
 * A built-in `terraform_data`, through the generic resource: cdktf's `DataResource` starts an engine at synth.
 */
export class Attempt extends TerraformResource {
  /** The transaction. Known after apply. */
  readonly id: string;
  private readonly triggersReplace: Record<string, unknown>;

  constructor(scope: Construct, id: string, props: AttemptProps) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    this.id = this.getStringAttribute('id');
    this.triggersReplace = {
      wanted: props.wanted,
      ...(props.driftToken !== undefined && { drift: props.driftToken }),
    };
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { triggers_replace: this.triggersReplace };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return {
      triggers_replace: { value: this.triggersReplace, isBlock: false, type: 'any', storageClassType: 'any' },
    };
  }
}
