import fc from 'fast-check';
import { decodeAwsChunked } from '../../wire/aws-chunked';

const encode = (chunks: readonly Uint8Array[], extension: string, trailers: Record<string, string>): Buffer =>
  Buffer.concat([
    ...chunks.flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`),
      Buffer.from(chunk),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0${extension}\r\n`),
    Buffer.from(
      Object.entries(trailers)
        .map(([name, value]) => `${name}:${value}\r\n`)
        .join(''),
    ),
    Buffer.from('\r\n'),
  ]);

describe('a body in chunks', () => {
  it('is joined, whatever its bytes, signed or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
        fc.constantFrom('', ';chunk-signature=abc'),
        (chunks, extension) => {
          const body = encode(chunks, extension, { 'x-amz-checksum-crc32': 'AAAAAA==' });
          expect(decodeAwsChunked(body)).toEqual({
            content: Buffer.concat(chunks),
            trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
          });
        },
      ),
    );
  });

  it('fails only with a SyntaxError when it is cut off or garbage', () => {
    const whole = encode([Buffer.from('hello'), Buffer.from('world')], '', {});
    const cut = fc.integer({ min: 0, max: whole.length - 5 }).map((length) => whole.subarray(0, length));
    const garbage = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.concat([Buffer.from('z'), bytes]));
    fc.assert(
      fc.property(fc.oneof(cut, garbage), (body) => {
        expect(() => decodeAwsChunked(body)).toThrow(SyntaxError);
      }),
    );
  });
});
