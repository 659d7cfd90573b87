import {
  DefaultTokenResolver,
  type ITerraformDependable,
  StringConcat,
  TerraformDataSource,
  type TerraformElement,
  TerraformModule,
  TerraformResource,
  Tokenization,
} from 'cdktf';
import { addressOf, elementsOf } from './address';

export type Dependable = TerraformElement & ITerraformDependable;

/**
 * Finds every resource, data source and module of `last`'s stack that `last` may depend on: all but itself, those that
 * refer to it, directly or through others (which would be a cycle), and those that are `excluded`.
 * @param harmless elements that are known not to refer to `last`: they need not be rendered, which is what costs
 */
export function everythingElse(
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
