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
import type { IConstruct } from 'constructs';

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
