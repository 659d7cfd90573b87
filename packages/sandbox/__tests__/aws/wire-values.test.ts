import fc from 'fast-check';
import { fromWire, toWire } from '../../aws/wire-values';

describe('values for another process', () => {
  it('come back as they were, bytes and times included, whatever their nesting', () => {
    const bytes = fc.uint8Array().map((value) => Buffer.from(value));
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        bytes,
        fc.date({ noInvalidDate: true }),
      ),
      tree: fc.oneof(
        { maxDepth: 4 },
        tie('leaf'),
        fc.array(tie('tree')),
        // Names with a dollar are the codec's own.
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => !/^(\$|__proto__)/.test(name)),
          tie('tree'),
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(fromWire(JSON.parse(JSON.stringify(toWire(value))))).toEqual(value);
      }),
    );
  });

  it('leave out what is undefined', () => {
    expect(toWire({ a: undefined, b: [{ c: undefined }] })).toEqual({ b: [{}] });
  });
});
