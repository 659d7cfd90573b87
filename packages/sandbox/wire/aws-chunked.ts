/** A body as S3's clients stream it: content in chunks, each of which may be signed, then trailing headers. */
export interface ChunkedBody {
  readonly content: Buffer;
  /** Names in lower case, such as `x-amz-checksum-crc32`. */
  readonly trailers: Readonly<Record<string, string>>;
}

const CRLF = Buffer.from('\r\n');

/**
 * Decodes `Content-Encoding: aws-chunked`: `<size in hex>[;chunk-signature=…]`, the bytes, and the trailers after the
 * chunk of size 0. It does not check signatures.
 * @throws SyntaxError if the framing is broken
 */
export function decodeAwsChunked(body: Buffer): ChunkedBody {
  const chunks: Buffer[] = [];
  let position = 0;
  const line = (): string => {
    const end = body.indexOf(CRLF, position);
    if (end < 0) throw new SyntaxError(`aws-chunked: no line end after byte ${position}`);
    const text = body.toString('latin1', position, end);
    position = end + CRLF.length;
    return text;
  };
  for (;;) {
    const size = /^([0-9a-f]+)(?:;|$)/i.exec(line())?.[1];
    if (size === undefined) throw new SyntaxError(`aws-chunked: no chunk size before byte ${position}`);
    const length = Number.parseInt(size, 16);
    if (length === 0)
      return { content: Buffer.concat(chunks), trailers: readTrailers(body.subarray(position)) };
    if (position + length > body.length) throw new SyntaxError('aws-chunked: the last chunk is cut off');
    chunks.push(body.subarray(position, position + length));
    position += length;
    line();
  }
}

function readTrailers(rest: Buffer): Record<string, string> {
  const lines = rest.toString('latin1').split('\r\n');
  return Object.fromEntries(
    lines
      .map((text) => /^([^:]+):\s*(.*)$/.exec(text))
      .filter((match) => match !== null)
      .map((match) => [match[1]!.toLowerCase(), match[2]!.trim()]),
  );
}
