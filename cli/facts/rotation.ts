import type { NoticeOutcome } from '../../handlers/notices/publish';
import type { ErrorData } from './error-data';

/** An entry that shares a key, and whose function could not be asked. */
export interface Unasked {
  readonly entry: string;
  readonly region: string;
  /** The error of the call, and its sentence. */
  readonly code: string;
  readonly why: string;
}

/** Reasons why a rotation cannot begin now. */
export type RotationObstacle =
  /** With `key-of-others`, the function makes the keys, but others have stored one for the next selector. */
  | { readonly kind: 'key-of-others'; readonly entry: string; readonly selector: string }
  | { readonly kind: 'no-key'; readonly entry: string; readonly selector: string }
  | { readonly kind: 'open'; readonly entry: string; readonly revertsAt: string | null }
  | {
      readonly kind: 'behind';
      readonly entry: string;
      readonly signsWith: string | null;
      readonly listed: string;
    }
  /** The list's naming gives no free selector: `reason` says why. */
  | { readonly kind: 'no-free-selector'; readonly reason: string };

/** Reason why something that is due must wait. `taken`: another region of the domain takes the same selector. */
export type WaitReason = RotationObstacle | { readonly kind: 'taken' };

/** Results for an entry whose rotation, or the removal of an earlier record, may be due. */
export type DueOutcome =
  | { readonly outcome: 'nothing' }
  | {
      readonly outcome: 'rotated';
      readonly from: string;
      readonly to: string;
      /** Whether the new key exists already; otherwise the deploy makes it. */
      readonly isPrepared: boolean;
      /** Earlier selectors whose records the deploy removes. */
      readonly dropped: readonly string[];
    }
  | { readonly outcome: 'dropped'; readonly dropped: readonly string[] }
  | { readonly outcome: 'waits'; readonly why: WaitReason }
  | { readonly outcome: 'failed'; readonly error: ErrorData };

/** A rotation that has begun. */
export interface BegunRotation {
  readonly entry: string;
  /** The entries that share the key and so rotate together. */
  readonly entries: readonly string[];
  readonly from: string;
  readonly to: string;
  /** The list's file. */
  readonly list: string;
  /** Whether others, and not the stack, publish the record. */
  readonly othersPublish: boolean;
  /** Whether the DNS team was asked to publish the record. */
  readonly notice: NoticeOutcome;
}
