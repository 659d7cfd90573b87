/**
 * Whether a domain that could send before may send while SES verifies a key that was set since (`VerifiedForSendingStatus`).
 * Nobody knows: a mail platform reports that it may not, and a probe of Easy DKIM's key length saw that it may.
 */
export type SendingMeanwhile = 'refused' | 'allowed';

/** The stricter of both, unless `SES_SENDING=allowed` is set, with which the tests hold as well. */
export const SENDING_BY_DEFAULT: SendingMeanwhile =
  process.env.SES_SENDING === 'allowed' ? 'allowed' : 'refused';
