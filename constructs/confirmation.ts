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

/** Resources that the confirmation waits for. */
export interface ConfirmationConfig extends Omit<LambdaInvocationConfig, 'dependsOn'> {
  /** The resource that it always waits for. */
  readonly always: readonly ITerraformDependable[];
  /** Further resources that it waits for. @default every other resource of the stack */
  readonly confirmAfter?: readonly ITerraformDependable[];
}

/**
 * The last resource of a stack, which confirms the change once all of its dependencies exist. "Every other resource" is
 * resolved when the stack is rendered, so that it includes resources that the user adds later.
 */
export class Confirmation extends LambdaInvocation {
  private readonly always: readonly ITerraformDependable[];
  private readonly confirmAfter: readonly ITerraformDependable[] | undefined;

  constructor(scope: Construct, id: string, { always, confirmAfter, ...config }: ConfirmationConfig) {
    super(scope, id, config);
    this.always = always;
    this.confirmAfter = confirmAfter;
  }

  /** Adds the dependencies, which are found when the stack is rendered. */
  override get terraformMetaArguments(): { [name: string]: unknown } {
    const all = [...this.always, ...(this.confirmAfter ?? this.everythingElse())];
    return { ...super.terraformMetaArguments, dependsOn: [...new Set(all)].map((each) => this.nameOf(each)) };
  }

  /** Returns an address instead of a token, if the address is known, since each token costs a stack trace. */
  private nameOf(other: ITerraformDependable): string {
    const address =
      other instanceof TerraformElement && other.cdktfStack === this.cdktfStack && addressOf(other);
    return address || dependable(other);
  }

  /**
   * Returns every resource, data source and module of the stack except those that refer to the confirmation, directly or
   * through others, since these would form a cycle. Confirmations of other identities would wait for each other.
   */
  private everythingElse(): Dependable[] {
    const others = elementsOf(this.cdktfStack).filter(
      (each): each is Dependable => isDependable(each) && !(each instanceof Confirmation),
    );
    // Elements that always come before a confirmation are left out, since rendering takes most of the time.
    const suspects = others
      .filter((other) => !isSiblingOfConfirmation(other))
      .map((other) => [other, referencesOf(other)] as const);
    // The list grows during the loop.
    const followers = new Set<Dependable>([this]);
    for (const follower of followers)
      for (const [other, references] of suspects)
        if (references.has(addressOf(follower)!)) followers.add(other);
    return others.filter((other) => !followers.has(other));
  }
}

/** Checks whether a confirmation is in the same construct, so that its siblings come before it. */
const isSiblingOfConfirmation = (element: Dependable): boolean =>
  element.node.scope !== element.cdktfStack &&
  element.node.scope?.node.children.some((sibling) => sibling instanceof Confirmation) === true;

const isDependable = (element: TerraformElement): element is Dependable =>
  TerraformResource.isTerraformResource(element) ||
  TerraformDataSource.isTerraformDataSource(element) ||
  element instanceof TerraformModule;

/** Returns the addresses that an element refers to through tokens, including those of `depends_on`. */
function referencesOf(element: Dependable): ReadonlySet<string> {
  const resolver = new ReferenceCollector(new StringConcat());
  Tokenization.resolve(element.toTerraform(), { scope: element, resolver, preparing: false });
  return resolver.addresses;
}

/** Collects the address at the beginning of each token. The references within an expression are tokens, too. */
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
