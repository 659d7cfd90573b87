import untold from '../models/untold.json';
import type { Pagination } from './model';

/** Errors that any call of a service can give. */
export type ErrorName = 'denied' | 'throttled' | 'fault' | 'invalid' | 'malformed' | 'token' | 'conflict';

export interface ListOrder {
  /** The members that its items are listed by; none if they are texts. */
  readonly by: string;
  /** How many there are on a page unless it is said, and how many at most. */
  readonly usual: number;
  readonly most?: number;
  /** Paging that the model omits. */
  readonly pages?: Pagination;
}

/** Facts of a service that AWS's models omit. */
export interface Untold {
  /** Code and status of each. */
  readonly errors: Readonly<Record<ErrorName, string>>;
  /** By operation; not what is paged by keys that callers may choose. */
  readonly lists?: Readonly<Record<string, ListOrder | undefined>>;
  /**
   * By operation, members that AWS heeds and the sandbox would not. A request with one is refused by name: to take it would be to promise
   * what is not done. Left out is what changes nothing that can be seen here (who pays).
   */
  readonly refused?: Readonly<Record<string, string | undefined>>;
}

const SERVICES: Readonly<Record<string, Untold>> = untold;

export const untoldOf = (service: string): Untold => SERVICES[service] ?? untold.other;
