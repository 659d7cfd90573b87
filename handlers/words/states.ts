import type { ShownState } from '../facts/errors';

/** Formats a signing state as the rest of a sentence. */
export const formatState = ({ origin, selector, enabled, status }: ShownState): string =>
  `${origin === 'AWS_SES' ? 'Easy DKIM (AWS_SES)' : origin}${selector ? ` with selector ${selector}` : ''}, ` +
  `signing ${enabled ? 'on' : 'off'}, status ${status}`;
