/** How a confirmation by a person has ended. */
export type ConfirmEnd = { readonly domain: string } & (
  | {
      readonly code: 'CONFIRMED';
      readonly transaction: string;
      /** Whether SES has verified it; otherwise it is rolled back then. ISO 8601. */
      readonly verified: boolean;
      readonly revertsAt?: string | undefined;
    }
  /** `reason`: in the function's words. */
  | { readonly code: 'NOT_CONFIRMED'; readonly reason: string }
);

/** How a rollback by a person has ended. `reason`: in the function's words. */
export interface RevertEnd {
  readonly domain: string;
  readonly reverted: boolean;
  readonly reason: string;
}

/** A change that was made directly. `message`: in the function's words. */
export interface DirectChange {
  readonly domain: string;
  readonly message: string;
  readonly selector: string;
  /** The signing state in SES. */
  readonly origin: string;
  readonly status: string;
}
