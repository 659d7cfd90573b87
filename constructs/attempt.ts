import { Op } from 'cdktf';
import type { Construct } from 'constructs';
import { TerraformData } from './terraform-data';

/** What an inspection does not say; cdktf takes no empty text for it. */
export const NOTHING = 'nothing';

export interface AttemptProps {
  /** What is wanted. Any change of it makes a new attempt, and the plan shows which part changed. */
  readonly wanted: Readonly<Record<string, unknown>>;
  /** Answer of the inspection at plan time. @default drift is not looked for */
  readonly driftToken?: string;
  /** Why the plan must not be carried out, or {@link NOTHING}. @default it is not asked */
  readonly refusal?: string;
}

/**
 * One attempt to change an identity's signing state. Its `id`, new at each replacement, names the transaction.
 *
 * Contents cannot name a transaction: when a rotation has failed and the list goes back to what it was, the new
 * `Signing` and the deposed old one have the same contents, and the deposed one's delete would undo the new one.
 * To force an apply, replace the `Attempt` (`-replace`), never `Signing` alone: a `Signing` replaced within one
 * attempt is deleted under the transaction that is current.
 */
export class Attempt extends TerraformData {
  constructor(scope: Construct, id: string, { wanted, driftToken, refusal }: AttemptProps) {
    super(scope, id, {
      triggersReplace: { wanted, drift: driftToken },
      lifecycle: {
        createBeforeDestroy: true,
        // To a destroy a precondition that fails is a warning (Terraform's preDestroyRefresh).
        ...(refusal !== undefined && {
          precondition: [{ condition: Op.eq(refusal, NOTHING), errorMessage: refusal }],
        }),
      },
    });
  }
}
