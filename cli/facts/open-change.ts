/** A change that a person has confirmed. */
export interface ConfirmedChange {
  readonly domain: string;
  readonly transaction: string;
  /** Whether SES has verified it. */
  readonly verified: boolean;
  /** Time at which it is rolled back unless SES has verified it by then. ISO 8601. */
  readonly revertsAt?: string | undefined;
}

/** Result of a rollback by a person. `reason` is in the function's words. */
export interface RevertEnd {
  readonly domain: string;
  readonly reverted: boolean;
  readonly reason: string;
}
