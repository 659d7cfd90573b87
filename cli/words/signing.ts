/** Formats what SES signs with. */
import type { ShownState } from '../../handlers/facts/errors';

/** Names what SES signs with: `BYODKIM with selector s1`. */
export function signerWords({ origin, selector = '?' }: Pick<ShownState, 'origin' | 'selector'>): string {
  if (origin === 'AWS_SES') return 'Easy DKIM';
  return origin === 'EXTERNAL' ? `BYODKIM with selector ${selector}` : origin;
}

/** Formats what SES signs with, and its status: `Easy DKIM (SUCCESS)`. */
export const stateWords = (ses: ShownState): string => `${signerWords(ses)} (${ses.status})`;
