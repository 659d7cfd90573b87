import type { Attribute, Block, CtyType, NestedBlock } from './schema';
import { sameDnsName, sameJson, samePolicy } from './spelling';

/**
 * A block in the notation of `schemas.json`: a description of attributes → their names, and `names: nesting` → a nested
 * block.
 *
 * An attribute is `required`, `optional`, `computed` or `optional computed`; then its type; `sensitive`, `new` (a
 * change replaces the resource), `refused` (the sandbox does not support it); and `= default`. A nested block is
 * `list`, `set`, `single` or `one`, a list of at most one, as which the aws provider declares almost every nested
 * object.
 */
export interface WrittenBlock {
  readonly [what: string]: string | readonly string[] | WrittenBlock;
}

/** Types with rules beyond their shape. */
const TEXTS: Readonly<Record<string, Partial<Attribute>>> = {
  dns_name: { same: sameDnsName },
  json: { json: 'JSON' },
  /** Lambda chooses a level if the log format is JSON. A configuration without one accepts Lambda's choice. */
  log_level: { same: (_old, fresh) => fresh === '' },
  policy: { same: samePolicy, json: 'JSON policy' },
  same_json: { same: sameJson, json: 'JSON' },
};

export function blockOf(written: WrittenBlock): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const [what, content] of Object.entries(written)) {
    if (typeof content === 'string' || Array.isArray(content)) {
      for (const name of namesIn(content)) attributes[name] = attributeOf(what);
      continue;
    }
    const [names, nesting] = what.split(': ') as [string, string];
    const inner = content as WrittenBlock;
    for (const name of names.split(' ')) {
      if (nesting.endsWith('objects')) attributes[name] = { ...attributeOf(nesting), type: objects(inner) };
      else blocks[name] = nestedOf(nesting, inner);
    }
  }
  return { attributes, blocks };
}

const namesIn = (content: string | readonly string[]): string[] => [content].flat().join(' ').split(' ');

function attributeOf(what: string): Attribute {
  const [spec, written] = what.split(' = ') as [string, string?];
  const words = spec.split(' ');
  const is = (word: string): boolean => words.includes(word);
  const named = words.find((word) => !FLAGS.has(word))!;
  const type = TEXTS[named] ? 'string' : typeOf(named);
  return {
    type,
    required: is('required'),
    optional: is('optional'),
    computed: is('computed'),
    sensitive: is('sensitive'),
    forceNew: is('new'),
    refused: is('refused'),
    ...(written !== undefined && { default: type === 'string' ? written : JSON.parse(written) }),
    ...TEXTS[named],
  };
}

const FLAGS = new Set(['required', 'optional', 'computed', 'sensitive', 'new', 'refused']);

function typeOf(written: string): CtyType {
  const [, kind, inner] = /^(list|set|map)\((\w+)\)$/.exec(written) ?? [];
  return kind ? [kind as 'list', inner as 'string'] : (written as 'string');
}

const objects = (written: WrittenBlock): CtyType => [
  'list',
  [
    'object',
    Object.fromEntries(
      Object.entries(written).flatMap(([type, names]) =>
        namesIn(names as string).map((name) => [name, typeOf(type)]),
      ),
    ),
  ],
];

function nestedOf(nesting: string, inner: WrittenBlock): NestedBlock {
  const words = nesting.split(' ');
  const is = (word: string): boolean => words.includes(word);
  return {
    nesting: (['single', 'set'] as const).find(is) ?? 'list',
    block: blockOf(inner),
    min: is('required') ? 1 : 0,
    max: is('one') ? 1 : 0,
    computed: is('computed'),
    forceNew: is('new'),
    refused: is('refused'),
  };
}
