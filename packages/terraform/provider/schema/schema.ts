/** A type as cty writes it in JSON. */
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
  /** AWS has it and the sandbox does not: a configuration that sets it is refused. */
  readonly refused: boolean;
  /** The value in the plan if the configuration has none. */
  readonly default?: string | number | boolean;
  /** Whether two spellings mean the same, so that the old one stays (e.g. JSON policies). */
  readonly same?: (old: any, fresh: any) => boolean;
  /** It must be JSON; what errors call it. */
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
  /** 0: as many as one likes. */
  readonly max: number;
  /** Optional and computed: without one in the configuration, what was there stays. */
  readonly computed: boolean;
  readonly forceNew: boolean;
  readonly refused: boolean;
}

/** Returns the schema as it goes over the wire. */
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
