/** A type in cty's JSON notation. */
export type CtyType =
  | 'string'
  | 'number'
  | 'bool'
  | readonly ['list' | 'set' | 'map', CtyType]
  | readonly ['object', Readonly<Record<string, CtyType>>];

export interface Attribute {
  readonly type: CtyType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  /** A change replaces the resource. */
  readonly forceNew: boolean;
  /** The sandbox refuses a configuration that sets it, although AWS supports it. */
  readonly refused: boolean;
  /** The value in the plan if the configuration has none. */
  readonly default?: string | number | boolean;
  /** Returns whether two spellings are equivalent, in which case the old one stays (for example, JSON policies). */
  readonly same?: (old: any, fresh: any) => boolean;
  /** Its name in errors. The value must be JSON. */
  readonly json?: string;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

export interface NestedBlock {
  readonly nesting: 'single' | 'list' | 'set';
  readonly block: Block;
  readonly min: number;
  /** 0: no limit. */
  readonly max: number;
  /** Optional and computed: without a value in the configuration, the prior one stays. */
  readonly computed: boolean;
  readonly forceNew: boolean;
  readonly refused: boolean;
}

/** Returns the schema in the form of the protocol. */
export const wireSchema = (block: Block, version = 0): object => ({ version, block: wireBlock(block) });

const NESTING = { single: 1, list: 2, set: 3 } as const;

function wireBlock(block: Block): object {
  return {
    attributes: Object.entries(block.attributes).map(
      ([name, { type, required, optional, computed, sensitive }]) => ({
        name,
        type: Buffer.from(JSON.stringify(type)),
        required,
        optional,
        computed,
        sensitive,
      }),
    ),
    block_types: Object.entries(block.blocks).map(([name, { block: inner, nesting, min, max }]) => ({
      type_name: name,
      block: wireBlock(inner),
      nesting: NESTING[nesting],
      min_items: min,
      max_items: max,
    })),
  };
}
