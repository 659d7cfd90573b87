import { isDeepStrictEqual } from 'node:util';
import { isUnknown, UNKNOWN } from '../protocol/values';
import type { Attribute, Block, NestedBlock } from './schema';

export interface Plan {
  readonly planned: Record<string, any>;
  /** Attributes and blocks whose change replaces the resource. */
  readonly replace: readonly string[];
}

export type CustomizePlan = (plan: {
  /** A handler may change it. */
  readonly planned: Record<string, any>;
  readonly prior: Record<string, any> | null;
  readonly config: Record<string, any>;
  /** A handler adds the names of further attributes whose change replaces the resource. */
  readonly replace: string[];
}) => void;

/**
 * Plans the resource as the SDK behind the aws provider does: a value comes from the configuration, or else from the
 * default, or else, if the provider computes it, from the prior state, or is unknown.
 */
export function planChange(
  block: Block,
  prior: Record<string, any> | null,
  config: Record<string, any>,
  customize: CustomizePlan = () => {},
): Plan {
  const planned = planBlock(block, prior, config);
  const more: string[] = [];
  customize({ planned, prior, config, replace: more });
  if (prior === null) return { planned, replace: [] };
  const isChanged = (name: string) => !isDeepStrictEqual(prior[name], planned[name]);
  const isNew = (name: string) =>
    more.includes(name) || (block.attributes[name] ?? block.blocks[name])?.forceNew;
  return { planned, replace: Object.keys(planned).filter((name) => isChanged(name) && isNew(name)) };
}

function planBlock(block: Block, prior: any, config: any): any {
  const planned: Record<string, any> = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    planned[name] = plannedAttribute(attribute, {
      wanted: config[name] ?? attribute.default ?? null,
      prior: prior ? (prior[name] ?? null) : undefined,
    });
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    planned[name] = plannedNested(nested, { wanted: config[name], prior: prior ? prior[name] : undefined });
  }
  return planned;
}

/** The configured and the prior value of a part of the plan. The prior one is undefined for a new object. */
interface Change {
  readonly wanted: any;
  readonly prior: any;
}

function plannedAttribute(attribute: Attribute, { wanted, prior }: Change): unknown {
  if (wanted === null) {
    if (!attribute.computed) return null;
    return prior === undefined ? UNKNOWN : prior;
  }
  const isSame = prior != null && !isUnknown(wanted) && attribute.same?.(prior, wanted);
  return isSame ? prior : wanted;
}

function plannedNested(nested: NestedBlock, { wanted, prior }: Change): unknown {
  if (isUnknown(wanted)) return wanted;
  if (nested.nesting === 'single') return wanted ? planBlock(nested.block, prior, wanted) : null;
  if (wanted.length === 0 && nested.computed) return prior === undefined ? UNKNOWN : prior;
  return wanted.map((item: any, index: number) =>
    planBlock(nested.block, counterpart(nested.nesting, prior, item, index), item),
  );
}

/**
 * Finds the prior item that an item of a list or set continues: by its position in a list, by its content in a set.
 */
function counterpart(nesting: NestedBlock['nesting'], old: any, item: any, index: number): any {
  if (!Array.isArray(old)) return undefined;
  if (nesting === 'list') return old[index];
  return old.find((candidate) =>
    Object.entries(item).every(
      ([name, value]) =>
        value === null ||
        isDeepStrictEqual(candidate[name], value) ||
        (Array.isArray(value) && value.length === 0),
    ),
  );
}
