import type { RequestOf } from '../event';

type Changing = RequestOf<
  'change' | 'update' | 'confirm' | 'destroy' | 'revert-unconfirmed' | 'revert-by-hand' | 'rotate-due'
>;

/** A request that changes what SES signs with, as far as a notice tells of it. */
export interface NotedWork {
  readonly kind: Changing['kind'];
  readonly source: Changing['source'];
  readonly domain: string;
  readonly region: string;
  /** Absent where the request does not name one. */
  readonly selector?: string;
  /** Names the transaction, where the request does. */
  readonly transaction?: string;
}
