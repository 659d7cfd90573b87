import { SesDomainDkim } from '@cdktf/provider-aws/lib/ses-domain-dkim';
import { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import {
  TerraformDataSource,
  TerraformElement,
  TerraformLocal,
  TerraformModule,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
} from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { toALabels } from '../handlers/contract/settings';
import { FORBIDDEN_BLOCK, WHY_FORBIDDEN } from './email-identity';

/** An identity whose signing state this project sets, as far as the checks need to know it. */
export interface OwnedIdentity {
  /** A domain in A-labels. */
  readonly domain: string;
  /** The element that makes or reads it. */
  readonly element: IConstruct;
}

const owned = new WeakMap<TerraformStack, OwnedIdentity[]>();

/**
 * Checks the whole stack when it is synthesized: for elements that would overwrite each other, and for others that would set
 * the DKIM signing of a domain that is ours.
 */
export function checkWholeStack(identity: OwnedIdentity): void {
  const stack = TerraformStack.of(identity.element);
  const known = owned.get(stack);
  if (known) {
    known.push(identity);
    return;
  }
  const identities = [identity];
  owned.set(stack, identities);
  stack.node.addValidation({
    validate: () => [...findCollisions(stack), ...findRivals(stack, identities)],
  });
  refuseOverrides(stack);
}

/**
 * Finds elements of one logical id: at the top of a stack cdktf drops everything but letters, digits, `-` and `_` from an
 * id, so that `ex.com` and `excom` silently become one resource.
 */
function findCollisions(stack: TerraformStack): string[] {
  const taken = new Map<string, string>();
  const mistakes: string[] = [];
  for (const element of elementsOf(stack)) {
    const address = addressOf(element);
    if (address === undefined) continue;
    const other = taken.get(address);
    taken.set(address, element.node.path);
    if (other !== undefined)
      mistakes.push(
        `${other} and ${element.node.path} would become one, ${address}: at the top of a stack an id keeps only ` +
          'letters, digits, "-" and "_". Give one of them another id.',
      );
  }
  return mistakes;
}

function findRivals(stack: TerraformStack, identities: readonly OwnedIdentity[]): string[] {
  const ours = new Map(identities.map(({ domain, element }) => [domain, element]));
  const others = elementsOf(stack).map((element) => ({ element, domain: domainOf(element) ?? '' }));
  const rivals = [...identities, ...others].flatMap(({ element, domain }) => {
    const owner = ours.get(domain);
    if (owner === undefined || owner === element) return [];
    return `${element.node.path} would set the DKIM signing of ${domain}, which ${owner.node.path} owns. Remove it; to keep an identity that exists, pass identity: 'existing' or 'import'.`;
  });
  return [...new Set(rivals)];
}

/** Refuses the forbidden block in `stack.addOverride`, which reaches past the identity's own guard. */
function refuseOverrides(stack: TerraformStack): void {
  const addOverride = stack.addOverride.bind(stack);
  stack.addOverride = (path, value) => {
    const added: Overrides = path.split('.').reduceRight((inner, key) => ({ [key]: inner }), value);
    for (const [id, override] of Object.entries(added.resource?.[Sesv2EmailIdentity.tfResourceType] ?? {}))
      if (FORBIDDEN_BLOCK in override)
        throw new Error(`${FORBIDDEN_BLOCK} was set on ${id} by an override of the stack. ${WHY_FORBIDDEN}`);
    addOverride(path, value);
  };
}

interface Overrides {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

function domainOf(element: TerraformElement): string | undefined {
  if (element instanceof Sesv2EmailIdentity) return toALabels(element.emailIdentityInput ?? '');
  if (element instanceof SesDomainDkim) return toALabels(element.domainInput ?? '');
  return undefined;
}

/**
 * Returns the scope that a construct is put into, if it was made by the same copy of `constructs` as ours. Beside a second copy
 * the constructs would be strangers to their stack.
 * @throws Error with the remedy
 */
export function ofOneCopy(scope: Construct): Construct {
  if (scope instanceof Construct) return scope;
  throw new Error(
    `The package "constructs" is installed twice: ses-byodkim uses the one in ${require.resolve('constructs')}, and this ` +
      'stack another. Give both the same version ("npm ls constructs" shows who wants which), then run "npm dedupe".',
  );
}

/** Returns the address of an element in the engine, such as `aws_s3_bucket.Keys`; undefined for what has none. */
export function addressOf(element: TerraformElement): string | undefined {
  const id = element.friendlyUniqueId;
  if (TerraformResource.isTerraformResource(element)) return `${element.terraformResourceType}.${id}`;
  if (TerraformDataSource.isTerraformDataSource(element))
    return `data.${element.terraformResourceType}.${id}`;
  if (element instanceof TerraformModule) return `module.${id}`;
  if (element instanceof TerraformOutput) return `output.${id}`;
  if (element instanceof TerraformVariable) return `var.${id}`;
  if (element instanceof TerraformLocal) return `local.${id}`;
  return undefined;
}

/** Returns every element of a stack; other stacks within it have their own. */
export function elementsOf(node: IConstruct, into: TerraformElement[] = []): TerraformElement[] {
  if (TerraformElement.isTerraformElement(node)) into.push(node);
  for (const child of node.node.children) if (!TerraformStack.isStack(child)) elementsOf(child, into);
  return into;
}
