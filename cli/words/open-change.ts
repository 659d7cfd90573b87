/** Formats a person's decision about a change, and its result. */
import type { ConfirmEnd, DirectChange, RevertEnd } from '../facts/open-change';

/** Formats how a confirmation has ended. */
export function confirmWords(end: ConfirmEnd): string {
  const { domain } = end;
  if (end.code === 'NOT_CONFIRMED') return `${domain}: nothing was confirmed: ${end.reason}.`;
  const confirmed = `${domain}: the change ${end.transaction} is confirmed`;
  return end.verified
    ? `${confirmed} and stays.`
    : `${confirmed}. SES has not verified it yet: the change is rolled back unless it has by ${end.revertsAt}.`;
}

export const revertQuestion = (domain: string, region: string): string =>
  `Restore what SES had for ${domain} in ${region} before its last change?`;

/** Formats how a rollback by a person has ended. */
export const revertWords = ({ domain, reverted, reason }: RevertEnd): string =>
  reverted ? `${domain}: rolled back: ${reason}.` : `${domain}: SES was not changed: ${reason}.`;

/** @param listed the selector of the list, which the next deploy sets */
export function updateQuestion(domain: string, region: string, selector: string, listed: string): string {
  const goesBack = listed === selector ? '' : ` The list says ${listed}: the next deploy goes back to it.`;
  return `Set BYODKIM with selector ${selector} for ${domain} in ${region}?${goesBack}`;
}

export const updateWords = ({ domain, message, origin, selector, status }: DirectChange): string =>
  `${domain}: ${message} (${origin} ${selector}, ${status}).`;
