import { LambdaInvocation, type LambdaInvocationConfig } from '@cdktf/provider-aws/lib/lambda-invocation';
import { dependable, type ITerraformDependable, TerraformElement } from 'cdktf';
import type { Construct } from 'constructs';
import { addressOf } from './address';
import { type Dependable, everythingElse } from './everything-else';

export interface ConfirmationDependencies {
  /** In any case. */
  readonly always: readonly ITerraformDependable[];
  /** @default every other resource of the stack */
  readonly confirmAfter?: readonly ITerraformDependable[];
}

/**
 * The last resource of a stack: it confirms the change, once everything that it depends on is there.
 * "Every other resource" is found when the stack is rendered, so that what the user adds later counts as well.
 * Other identities' confirmations do not: two of them would wait for each other.
 */
export class Confirmation extends LambdaInvocation {
  constructor(
    scope: Construct,
    id: string,
    config: Omit<LambdaInvocationConfig, 'dependsOn'>,
    private readonly dependencies: ConfirmationDependencies,
  ) {
    super(scope, id, config);
  }

  /** With everything that it waits for, found when the stack is rendered. */
  override get terraformMetaArguments(): { [name: string]: unknown } {
    const { always, confirmAfter = this.everythingElse() } = this.dependencies;
    const dependsOn = [...new Set([...always, ...confirmAfter])].map((other) => this.nameOf(other));
    return { ...super.terraformMetaArguments, dependsOn };
  }

  /** Returns the address in place of a token, where it is known: each token costs a stack trace. */
  private nameOf(other: ITerraformDependable): string {
    const address =
      other instanceof TerraformElement && other.cdktfStack === this.cdktfStack && addressOf(other);
    return address || dependable(other);
  }

  private everythingElse(): Dependable[] {
    return everythingElse(this, {
      excluded: (other) => other instanceof Confirmation,
      harmless: (other) => isSiblingOfConfirmation(other),
    });
  }
}

/** Checks whether a confirmation is in the same construct: its siblings come before it. */
const isSiblingOfConfirmation = (element: Dependable): boolean =>
  element.node.scope !== element.cdktfStack &&
  element.node.scope?.node.children.some((sibling) => sibling instanceof Confirmation) === true;
