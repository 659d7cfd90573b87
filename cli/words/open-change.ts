/** Formats a person's decision about a change, and its result. */

/** A change that a person has confirmed. */
export interface ConfirmationFacts {
  readonly domain: string;
  readonly transaction: string;
  /** Whether SES has verified it. */
  readonly verified: boolean;
  /** Time at which it is rolled back unless SES has verified it by then. ISO 8601. */
  readonly revertsAt?: string | undefined;
}

/** Result of a rollback by a person. `reason` is in the function's words. */
interface RevertEnd {
  readonly domain: string;
  readonly reverted: boolean;
  readonly reason: string;
}

export const confirmedWords = ({ domain, transaction, verified, revertsAt }: ConfirmationFacts): string =>
  `${domain}: the change ${transaction} is confirmed${
    verified
      ? ' and stays.'
      : `. SES has not verified it yet: the change is rolled back unless it has by ${revertsAt}.`
  }`;

/** @param reason in the function's words */
export const notConfirmedWords = (domain: string, reason: string): string =>
  `${domain}: nothing was confirmed: ${reason}.`;

export const revertQuestion = (domain: string, region: string): string =>
  `Restore the state of SES for ${domain} in ${region} before its last change?`;

/** Formats the result of a rollback by a person. */
export const revertWords = ({ domain, reverted, reason }: RevertEnd): string =>
  reverted ? `${domain}: rolled back: ${reason}.` : `${domain}: SES was not changed: ${reason}.`;
