import { LambdaInvocation, type LambdaInvocationConfig } from '@cdktf/provider-aws/lib/lambda-invocation';
import {
  DefaultTokenResolver,
  dependable,
  type ITerraformDependable,
  StringConcat,
  TerraformDataSource,
  TerraformElement,
  TerraformModule,
  TerraformResource,
  Tokenization,
} from 'cdktf';
import type { Construct } from 'constructs';
import { addressOf, elementsOf } from './stack-checks';

type Dependable = TerraformElement & ITerraformDependable;

/** An invocation, and what it waits for. */
export interface ConfirmationConfig extends Omit<LambdaInvocationConfig, 'dependsOn'> {
  /** Is waited for in any case. */
  readonly always: readonly ITerraformDependable[];
  /** What else. @default every other resource of the stack */
  readonly confirmAfter?: readonly ITerraformDependable[];
}

/**
 * The last resource of a stack: it confirms the change, once everything that it depends on is there.
 * "Every other resource" is found when the stack is rendered, so that what the user adds later counts as well.
 */
export class Confirmation extends LambdaInvocation {
  private readonly always: readonly ITerraformDependable[];
  private readonly confirmAfter: readonly ITerraformDependable[] | undefined;

  constructor(scope: Construct, id: string, { always, confirmAfter, ...config }: ConfirmationConfig) {
    super(scope, id, config);
    this.always = always;
    this.confirmAfter = confirmAfter;
  }

  /** Adds everything that it waits for, found when the stack is rendered. */
  override get terraformMetaArguments(): { [name: string]: unknown } {
    const all = [...this.always, ...(this.confirmAfter ?? this.everythingElse())];
    return { ...super.terraformMetaArguments, dependsOn: [...new Set(all)].map((each) => this.nameOf(each)) };
  }

  /** Returns the address in place of a token, if it is known: each token costs a stack trace. */
  private nameOf(other: ITerraformDependable): string {
    const address =
      other instanceof TerraformElement && other.cdktfStack === this.cdktfStack && addressOf(other);
    return address || dependable(other);
  }

  /**
   * Returns every resource, data source and module of the stack but those that refer to it, directly or through others:
   * that would be a cycle. Confirmations of other identities would wait for each other.
   */
  private everythingElse(): Dependable[] {
    const others = elementsOf(this.cdktfStack).filter(
      (each): each is Dependable => isDependable(each) && !(each instanceof Confirmation),
    );
    // Not of what comes before a confirmation in any case: rendering is what costs.
    const suspects = others
      .filter((other) => !isSiblingOfConfirmation(other))
      .map((other) => [other, referencesOf(other)] as const);
    // It grows while it is gone through.
    const followers = new Set<Dependable>([this]);
    for (const follower of followers)
      for (const [other, references] of suspects)
        if (references.has(addressOf(follower)!)) followers.add(other);
    return others.filter((other) => !followers.has(other));
  }
}

/** Checks whether a confirmation is in the same construct: its siblings come before it. */
const isSiblingOfConfirmation = (element: Dependable): boolean =>
  element.node.scope !== element.cdktfStack &&
  element.node.scope?.node.children.some((sibling) => sibling instanceof Confirmation) === true;

const isDependable = (element: TerraformElement): element is Dependable =>
  TerraformResource.isTerraformResource(element) ||
  TerraformDataSource.isTerraformDataSource(element) ||
  element instanceof TerraformModule;

/** Returns the addresses that an element refers to: by a token in it, those of `depends_on` included. */
function referencesOf(element: Dependable): ReadonlySet<string> {
  const resolver = new ReferenceCollector(new StringConcat());
  Tokenization.resolve(element.toTerraform(), { scope: element, resolver, preparing: false });
  return resolver.addresses;
}

/** Collects the address at the beginning of each token: of an expression, the references in it are tokens, too. */
class ReferenceCollector extends DefaultTokenResolver {
  readonly addresses = new Set<string>();

  override resolveToken(...args: Parameters<DefaultTokenResolver['resolveToken']>): unknown {
    const value = super.resolveToken(...args);
    if (typeof value === 'string') {
      const steps = value.replace(/^\$\{/, '').split(/[.[}]/);
      this.addresses.add(steps.slice(0, steps[0] === 'data' ? 3 : 2).join('.'));
    }
    return value;
  }
}
