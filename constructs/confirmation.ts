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

export interface ConfirmationDependencies {
  /** Is always waited for. */
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

  /** Adds everything that it waits for, found when the stack is rendered. */
  override get terraformMetaArguments(): { [name: string]: unknown } {
    const { always, confirmAfter = this.everythingElse() } = this.dependencies;
    const dependsOn = [...new Set([...always, ...confirmAfter])].map((other) => this.nameOf(other));
    return { ...super.terraformMetaArguments, dependsOn };
  }

  /** Returns the address in place of a token, if it is known: each token costs a stack trace. */
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

/**
 * Finds every resource, data source and module of `last`'s stack that `last` may depend on: all but itself, those that
 * refer to it, directly or through others (which would be a cycle), and those that are `excluded`.
 * @param harmless elements that are known not to refer to `last`: they need not be rendered, which is what costs
 */
function everythingElse(
  last: Dependable,
  is: {
    readonly excluded: (other: Dependable) => boolean;
    readonly harmless: (other: Dependable) => boolean;
  },
): Dependable[] {
  const all = elementsOf(last.cdktfStack).filter(isDependable);
  const others = all.filter((other) => other !== last && !is.excluded(other));
  const suspects = new Map(
    others.filter((other) => !is.harmless(other)).map((other) => [other, referencesOf(other)]),
  );
  const followers = new Set<Dependable>();
  for (let newest = [last]; newest.length > 0; ) {
    const addresses = newest.map((element) => addressOf(element)!);
    const found = [...suspects].filter(([, references]) => addresses.some((each) => references.has(each)));
    newest = found.map(([other]) => other);
    for (const other of newest) {
      followers.add(other);
      suspects.delete(other);
    }
  }
  return others.filter((other) => !followers.has(other));
}

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
