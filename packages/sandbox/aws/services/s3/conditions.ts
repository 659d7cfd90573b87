import { AwsError } from '../../../contract/service';
import type { ObjectVersion } from './store';

const failed = (Condition: string) =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition,
  });

const notImplemented = (Header: string, additionalMessage: string) =>
  new AwsError('NotImplemented', UNKNOWN_HEADER, 501, { Header, additionalMessage });

const UNKNOWN_HEADER = 'A header you provided implies functionality that is not implemented';

/**
 * Conditional writes: `If-None-Match: *` writes only a new object, `If-Match` replaces only that version. A request has
 * one of the two.
 */
export function checkWriteConditions(input: any, current: ObjectVersion | undefined): void {
  const { IfMatch, IfNoneMatch } = input;
  const unaccepted = (name: string) =>
    notImplemented(name, `We don't accept the provided value of ${name} header for this API`);
  if (IfMatch !== undefined && IfNoneMatch !== undefined)
    throw notImplemented(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') throw unaccepted('If-None-Match');
  if (IfNoneMatch !== undefined && current) throw failed('If-None-Match');
  if (IfMatch === '*') throw unaccepted('If-Match');
  checkMatch(input, current);
}

/** Checks `If-Match` of a delete. Conditions that only directory buckets support delete nothing here. */
export function checkDeleteConditions(input: any, current: ObjectVersion | undefined): void {
  if (input.IfMatchLastModifiedTime !== undefined)
    throw notImplemented('x-amz-if-match-last-modified-time', UNKNOWN_HEADER);
  if (input.IfMatchSize !== undefined) throw notImplemented('x-amz-if-match-size', UNKNOWN_HEADER);
  checkMatch(input, current);
}

function checkMatch({ IfMatch, Key }: any, current: ObjectVersion | undefined): void {
  if (IfMatch === undefined) return;
  if (!current) throw noSuchKey(Key);
  if (!sameEtag(IfMatch, current.etag)) throw failed('If-Match');
}

/**
 * Conditional reads (RFC 9110 §13.2.2): `If-Match` makes `If-Unmodified-Since` void, `If-None-Match` does the same to
 * `If-Modified-Since`, and a time in the future is ignored. @throws PreconditionFailed, NotModified (304)
 */
export function checkReadConditions(input: any, { etag, lastModified }: ObjectVersion, now: number): void {
  if (input.IfMatch !== undefined) {
    if (!sameEtag(input.IfMatch, etag)) throw failed('If-Match');
  } else if (input.IfUnmodifiedSince !== undefined && lastModified > input.IfUnmodifiedSince) {
    throw failed('If-Unmodified-Since');
  }
  const notModified = () => new AwsError('NotModified', 'Not Modified', 304);
  if (input.IfNoneMatch !== undefined) {
    if (sameEtag(input.IfNoneMatch, etag)) throw notModified();
  } else if (lastModified <= input.IfModifiedSince && input.IfModifiedSince.getTime() <= now) {
    throw notModified();
  }
}

export const noSuchKey = (Key: string, headers: Readonly<Record<string, string>> = {}): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key, headers });

/** Compares ETags, which clients send with or without their quotes. `*` matches any. */
const sameEtag = (condition: string, etag: string): boolean =>
  condition === '*' || condition.replaceAll('"', '') === etag.replaceAll('"', '');
