import { AwsError } from '../../service';

/**
 * The part of a body that a `Range` asks for (RFC 9110 §14.2): `bytes=0-4`, `bytes=5-`, `bytes=-3`. What is none is left
 * out of account. @throws AwsError InvalidRange where it begins behind the end
 */
export function rangeOf(
  body: Buffer,
  range: string | undefined,
): { readonly body: Buffer; readonly contentRange?: string } {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if ((first === '' && last === '') || (first !== '' && last !== '' && Number(last) < Number(first)))
    return { body };
  const from = first === '' ? Math.max(0, body.length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? body.length - 1 : Math.min(Number(last), body.length - 1);
  if (from > to) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      RangeRequested: range,
      ActualObjectSize: body.length,
    });
  }
  return { body: body.subarray(from, to + 1), contentRange: `bytes ${from}-${to}/${body.length}` };
}
