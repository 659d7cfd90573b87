/** Formats a person's decision about a change, and its result. */
import type { ConfirmedChange, RevertEnd } from '../facts/open-change';

export const confirmedWords = ({ domain, transaction, verified, revertsAt }: ConfirmedChange): string =>
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
