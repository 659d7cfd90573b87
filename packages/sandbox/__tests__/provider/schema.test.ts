import { awsProvider } from '../../provider/aws-provider';
import type { Block } from '../../provider/schema/schema';
import { type BoundBlock, bindingsOf, providerBindings } from './bindings';

const provider = awsProvider({ environment: {}, workingDirectory: '.' });

/** The emulated schema, as far as the bindings tell of the real one. */
function told(block: Block): BoundBlock {
  return {
    attributes: Object.fromEntries(
      Object.entries(block.attributes).map(([name, { type, required, optional }]) => [
        name,
        { flag: required ? 'required' : optional ? 'optional' : 'computed', type },
      ]),
    ),
    blocks: Object.fromEntries(
      Object.entries(block.blocks ?? {}).map(([name, nested]) => [
        name,
        {
          nesting: nested.nesting,
          one: nested.nesting === 'single' || nested.max === 1,
          required: (nested.min ?? 0) > 0,
          block: told(nested.block),
        },
      ]),
    ),
  };
}

/** The bindings let `id` be set on everything but the newer resources. */
function withoutId(block: BoundBlock): BoundBlock {
  const { id: _, ...attributes } = block.attributes;
  return { ...block, attributes };
}

describe('the provider has the schema of the real one', () => {
  test.each(Object.entries(provider.resources))('%s', (type, { block }) => {
    const bound = bindingsOf(type, 'resource');
    expect(Object.keys(bound.attributes).length).toBeGreaterThan(2);
    expect(withoutId(told(block))).toEqual(withoutId(bound));
  });

  test.each(Object.entries(provider.dataSources))('data %s', (type, { block }) => {
    const bound = bindingsOf(type, 'data');
    expect(Object.keys(bound.attributes).length).toBeGreaterThan(2);
    expect(withoutId(told(block))).toEqual(withoutId(bound));
  });

  test('its own configuration', () => {
    const bound = providerBindings();
    expect(Object.keys(bound.blocks.endpoints!.block.attributes).length).toBeGreaterThan(300);
    const { attributes, blocks } = told(provider.block);
    const uncounted = Object.entries(blocks).map(([name, block]) => [name, { ...block, one: false }]);
    expect({ attributes, blocks: Object.fromEntries(uncounted) }).toEqual(bound);
  });
});
