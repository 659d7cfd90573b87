import { isDeepStrictEqual } from 'node:util';
import { isUnknown, UNKNOWN } from '../protocol/values';
import type { Block, NestedBlock } from './schema';

export interface Plan {
  readonly planned: Record<string, any>;
  /** Attributes and blocks whose change replaces the resource. */
  readonly replace: readonly string[];
}

export type CustomizePlan = (plan: {
  /** May be changed. */
  readonly planned: Record<string, any>;
  readonly prior: Record<string, any> | null;
  readonly config: Record<string, any>;
  /** Takes the names of further attributes whose change replaces the resource. */
  readonly replace: string[];
}) => void;

/**
 * What the resource will be, as the SDK that the aws provider is built on plans it: the configuration where it
 * speaks; else the default; else, for what the provider computes, what was there before, or unknown.
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
    const wanted = config[name] ?? attribute.default ?? null;
    const old = prior?.[name] ?? null;
    if (wanted !== null) {
      const same = old !== null && !isUnknown(wanted) && attribute.same?.(old, wanted);
      planned[name] = same ? old : wanted;
    } else if (!attribute.computed) planned[name] = null;
    else planned[name] = prior ? old : UNKNOWN;
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const wanted = config[name];
    const old = prior?.[name];
    if (isUnknown(wanted)) planned[name] = wanted;
    else if (nested.nesting === 'single') {
      planned[name] = wanted ? planBlock(nested.block, old, wanted) : null;
    } else if (wanted.length === 0 && nested.computed) planned[name] = prior ? old : UNKNOWN;
    else {
      planned[name] = wanted.map((item: any, index: number) =>
        planBlock(nested.block, counterpart(nested.nesting, old, item, index), item),
      );
    }
  }
  return planned;
}

/** The prior item that an item of a list or set continues: by place in a list, by what it says in a set. */
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
