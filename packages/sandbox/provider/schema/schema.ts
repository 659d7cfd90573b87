/** A type as cty writes it in JSON. */
export type CtyType =
  | 'string'
  | 'number'
  | 'bool'
  | readonly ['list' | 'set' | 'map', CtyType]
  | readonly ['object', Readonly<Record<string, CtyType>>];

export interface AttributeOptions {
  readonly sensitive?: boolean;
  /** What stands in the plan when the configuration is silent. */
  readonly default?: string | number | boolean;
  /** A change replaces the resource. */
  readonly forceNew?: boolean;
  /** Unknown again as soon as anything of the resource changes. */
  readonly recomputed?: boolean;
  /** Whether two spellings mean the same, so that the old one stays (e.g. JSON policies). */
  readonly same?: (old: any, fresh: any) => boolean;
}

export interface Attribute extends AttributeOptions {
  readonly type: CtyType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks?: Readonly<Record<string, NestedBlock>>;
}

export interface NestedBlock {
  readonly nesting: 'single' | 'list' | 'set';
  readonly block: Block;
  readonly min?: number;
  readonly max?: number;
  /** Optional and computed: without one in the configuration, what was there stays. */
  readonly computed?: boolean;
  /** A change in it replaces the resource. */
  readonly forceNew?: boolean;
}

const attribute =
  (required: boolean, optional: boolean, computed: boolean) =>
  (type: CtyType, options: AttributeOptions = {}): Attribute => ({
    type,
    required,
    optional,
    computed,
    ...options,
  });

export const required = attribute(true, false, false);
export const optional = attribute(false, true, false);
export const computed = attribute(false, false, true);
export const optionalComputed = attribute(false, true, true);

type BlockOptions = Omit<NestedBlock, 'nesting' | 'block'>;
const nested =
  (nesting: NestedBlock['nesting']) =>
  (block: Block | Block['attributes'], options: BlockOptions = {}): NestedBlock => ({
    nesting,
    block: isBlock(block) ? block : { attributes: block },
    ...options,
  });
/** An attribute that happens to be named `attributes` has a `required` flag. */
const isBlock = (block: Block | Block['attributes']): block is Block =>
  'attributes' in block && typeof block.attributes.required !== 'boolean';

export const listBlock = nested('list');
export const setBlock = nested('set');
export const singleBlock = nested('single');
/** A list block of one at most: how the aws provider writes almost every nested object. */
export const oneBlock = (block: Block | Block['attributes'], options: BlockOptions = {}): NestedBlock =>
  listBlock(block, { max: 1, ...options });

export const STRINGS = ['list', 'string'] as const;
export const STRING_SET = ['set', 'string'] as const;
export const STRING_MAP = ['map', 'string'] as const;

/** The schema as it goes over the wire. */
export const wireSchema = (block: Block, version = 0) => ({ version, block: wireBlock(block) });

const NESTING = { single: 1, list: 2, set: 3 } as const;

function wireBlock(block: Block): object {
  return {
    attributes: Object.entries(block.attributes).map(([name, { type, ...flags }]) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      required: flags.required,
      optional: flags.optional,
      computed: flags.computed,
      sensitive: flags.sensitive ?? false,
    })),
    block_types: Object.entries(block.blocks ?? {}).map(([name, inner]) => ({
      type_name: name,
      block: wireBlock(inner.block),
      nesting: NESTING[inner.nesting],
      min_items: inner.min ?? 0,
      max_items: inner.max ?? 0,
    })),
  };
}
