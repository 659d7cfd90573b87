import { AwsError } from '../../service';
import type { ObjectVersion } from './store';

const failed = () =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);

/** Conditional writes: `If-None-Match: *` writes a new object only, `If-Match` replaces that very version only. */
export function checkWriteConditions(input: any, current: ObjectVersion | undefined): void {
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== '*') {
      throw new AwsError(
        'NotImplemented',
        'A header you provided implies functionality that is not implemented',
        501,
      );
    }
    if (current) throw failed();
  }
  if (input.IfMatch === undefined) return;
  if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!sameEtag(input.IfMatch, current.etag)) throw failed();
}

/** Conditional reads. @throws PreconditionFailed, NotModified (304) */
export function checkReadConditions(input: any, current: ObjectVersion): void {
  if (input.IfMatch !== undefined && !sameEtag(input.IfMatch, current.etag)) throw failed();
  if (input.IfNoneMatch !== undefined && sameEtag(input.IfNoneMatch, current.etag)) {
    throw new AwsError('NotModified', 'Not Modified', 304);
  }
}

/** Clients send the ETag with its quotes or without. `*` is any. */
const sameEtag = (condition: string, etag: string): boolean =>
  condition === '*' || condition.replaceAll('"', '') === etag.replaceAll('"', '');
