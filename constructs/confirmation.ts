import { LambdaInvocation, type LambdaInvocationConfig } from '@cdktf/provider-aws/lib/lambda-invocation';
import { dependable, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
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
  private readonly dependencies: ConfirmationDependencies;
  private readonly tokens = new Map<ITerraformDependable, string>();

  constructor(
    scope: Construct,
    id: string,
    config: Omit<LambdaInvocationConfig, 'dependsOn'>,
    dependencies: ConfirmationDependencies,
  ) {
    super(scope, id, config);
    this.dependencies = dependencies;
  }

  /** With everything that it waits for, found when the stack is rendered. */
  override get terraformMetaArguments(): { [name: string]: unknown } {
    const { always, confirmAfter = this.everythingElse() } = this.dependencies;
    const dependsOn = [...new Set([...always, ...confirmAfter])].map((other) => this.tokenOf(other));
    return { ...super.terraformMetaArguments, dependsOn };
  }

  /** A stack is rendered twice, and each new token costs a stack trace. */
  private tokenOf(other: ITerraformDependable): string {
    const token = this.tokens.get(other) ?? dependable(other);
    this.tokens.set(other, token);
    return token;
  }

  private everythingElse(): Dependable[] {
    return everythingElse(this, {
      excluded: (other) => other instanceof Confirmation,
      harmless: (other) => isSiblingOfConfirmation(other),
    });
  }
}

/** What stands beside a confirmation in its construct comes before it. */
const isSiblingOfConfirmation = (element: Dependable): boolean =>
  element.node.scope !== element.cdktfStack &&
  element.node.scope?.node.children.some((sibling) => sibling instanceof Confirmation) === true;
