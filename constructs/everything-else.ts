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
import { elementsOf } from './address';

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
    others.filter((other) => !is.harmless(other)).map((other) => [other, render(other)]),
  );
  const followers = new Set<Dependable>();
  for (let newest = [last]; newest.length > 0; ) {
    const found = [...suspects].filter(([, text]) => newest.some((element) => refersTo(text, element)));
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

const resolve = (value: unknown, scope: Dependable) =>
  Tokenization.resolve(value, {
    scope,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });

const render = (element: Dependable): string => JSON.stringify(resolve(element.toTerraform(), element));

function refersTo(text: string, element: Dependable): boolean {
  const bare = (resolve(element.fqn, element) as string).replace(/^\$\{|\}$/g, '');
  return new RegExp(`(?<![\\w.-])${bare.replace(/[.\\]/g, '\\$&')}(?![\\w-])`).test(text);
}
