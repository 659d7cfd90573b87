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
import { toALabels } from '../handlers/contract/settings/settings';
import { FORBIDDEN_BLOCK } from './email-identity';
import { describeRefusal, type Refusal, refusalError } from './refusal';

/** The part of an identity of this project that the checks use. */
export interface OwnedIdentity {
  /** A domain in A-labels. */
  readonly domain: string;
  /** The element that makes or reads the identity. */
  readonly element: IConstruct;
}

const owned = new WeakMap<TerraformStack, OwnedIdentity[]>();

/**
 * Checks the whole stack when it is synthesized for elements that would overwrite each other, and for elements that would set
 * the DKIM signing of one of our domains.
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
    validate: () =>
      [...findCollisions(stack), ...findRivals(stack, identities), ...findForbiddenBlocks(stack)].map(
        describeRefusal,
      ),
  });
}

/**
 * Finds elements that share a logical id: at the top of a stack cdktf drops everything but letters, digits, `-` and `_` from
 * an id, so that `ex.com` and `excom` silently become one resource.
 */
function findCollisions(stack: TerraformStack): Refusal[] {
  const taken = new Map<string, string>();
  const refusals: Refusal[] = [];
  for (const element of elementsOf(stack)) {
    const address = addressOf(element);
    if (address === undefined) continue;
    const other = taken.get(address);
    taken.set(address, element.node.path);
    if (other !== undefined)
      refusals.push({ code: 'ELEMENTS_COLLIDE', facts: { element: element.node.path, other, address } });
  }
  return refusals;
}

/** Finds elements that would set the signing of a domain that another element owns, each once. */
function findRivals(stack: TerraformStack, identities: readonly OwnedIdentity[]): Refusal[] {
  const ours = new Map(identities.map(({ domain, element }) => [domain, element]));
  const others = elementsOf(stack).map((element) => ({ element, domain: domainOf(element) ?? '' }));
  const rivals = new Map<string, Refusal>();
  for (const { element, domain } of [...identities, ...others]) {
    const owner = ours.get(domain);
    if (owner === undefined || owner === element) continue;
    const facts = { element: element.node.path, owner: owner.node.path, domain };
    rivals.set(`${facts.element} ${domain}`, { code: 'SIGNING_HAS_OWNER', facts });
  }
  return [...rivals.values()];
}

/** Finds identities to which an override of the stack adds the forbidden block, which bypasses their own guard. */
function findForbiddenBlocks(stack: TerraformStack): Refusal[] {
  const identities = overridesOf(stack).resource?.[Sesv2EmailIdentity.tfResourceType] ?? {};
  return Object.entries(identities)
    .filter(([, override]) => FORBIDDEN_BLOCK in override)
    .map(([element]) => ({ code: 'BLOCK_FORBIDDEN', facts: { element, by: 'stack' } }));
}

/** Overrides that cdktf merges into the rendered elements of a stack. */
interface Overrides {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/**
 * Returns the overrides of a stack, which cdktf merges into the rendered elements. cdktf has no accessor for them, and
 * rendering the whole stack for this check would double the time of the synthesis.
 */
function overridesOf(stack: TerraformStack): Overrides {
  const { rawOverrides } = stack as unknown as { readonly rawOverrides?: Overrides };
  if (rawOverrides === undefined) throw refusalError([{ code: 'OVERRIDES_UNKNOWN', facts: {} }]);
  return rawOverrides;
}

function domainOf(element: TerraformElement): string | undefined {
  if (element instanceof Sesv2EmailIdentity) return toALabels(element.emailIdentityInput ?? '');
  if (element instanceof SesDomainDkim) return toALabels(element.domainInput ?? '');
  return undefined;
}

/**
 * Returns the scope of a construct, if it comes from the same copy of `constructs` as ours. With a second copy, the constructs
 * would not find their stack.
 * @throws Error with the remedy
 */
export function ofOneCopy(scope: Construct): Construct {
  if (scope instanceof Construct) return scope;
  throw refusalError([{ code: 'PACKAGE_TWICE', facts: { ours: require.resolve('constructs') } }]);
}

/** Returns the address of an element in the engine, such as `aws_s3_bucket.Keys`, or undefined if it has none. */
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
