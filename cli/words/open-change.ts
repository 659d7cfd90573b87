/** Formats a person's decision about a change, and its result. */
import type { ConfirmedChange, DirectChange, RevertEnd } from '../facts/open-change';

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

/** @param listed the selector of the list, which the next deploy sets */
export function updateQuestion(domain: string, region: string, selector: string, listed: string): string {
  const goesBack =
    listed === selector ? '' : ` The list says ${listed}: the next deploy sets that selector again.`;
  return `Set BYODKIM with selector ${selector} for ${domain} in ${region}?${goesBack}`;
}

export const updateWords = ({ domain, message, origin, selector, status }: DirectChange): string =>
  `${domain}: ${message} (${origin} ${selector}, ${status}).`;
