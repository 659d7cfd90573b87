import untold from '../models/untold.json';
import type { Pagination } from './model';

/** Errors that any call of a service can return. */
export type ErrorName = 'denied' | 'throttled' | 'fault' | 'invalid' | 'malformed' | 'token' | 'conflict';

export interface ListOrder {
  /** The member by which its items are ordered; none if they are texts. */
  readonly by: string;
  /** Default and largest number of items on a page. */
  readonly usual: number;
  readonly most?: number;
  /** Paging that the model omits. */
  readonly pages?: Pagination;
}

/** Facts about a service that AWS's models omit. */
export interface Untold {
  /** Code and status of each error. */
  readonly errors: Readonly<Record<ErrorName, string>>;
  /** By operation. Lists that are paged by keys of the caller's choice are left out. */
  readonly lists?: Readonly<Record<string, ListOrder | undefined>>;
  /**
   * By operation, members that AWS respects and the sandbox would ignore. A request with one is refused by name, since
   * accepting it would promise an effect that it does not have. Members without a visible effect here (who pays) are
   * left out.
   */
  readonly refused?: Readonly<Record<string, string | undefined>>;
}

const SERVICES: Readonly<Record<string, Untold>> = untold;

export const untoldOf = (service: string): Untold => SERVICES[service] ?? untold.other;
