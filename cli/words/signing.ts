/** Formats the signing state of SES. */
import type { ShownState } from '../../handlers/words/states';

/** Formats the origin and selector of SES's key: `BYODKIM with selector s1`. */
export function signerWords({ origin, selector = '?' }: Pick<ShownState, 'origin' | 'selector'>): string {
  if (origin === 'AWS_SES') return 'Easy DKIM';
  return origin === 'EXTERNAL' ? `BYODKIM with selector ${selector}` : origin;
}

/** Formats the signing state of SES with its status: `Easy DKIM (SUCCESS)`. */
export const stateWords = (ses: ShownState): string => `${signerWords(ses)} (${ses.status})`;
