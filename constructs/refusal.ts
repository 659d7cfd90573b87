/** Makes every refusal at synth. It is the only door to the words of the constructs. */
import type { SettingMistake } from '../handlers/contract/settings/setting';
import {
  ALLOWED,
  mistakeText,
  type PropCode,
  type PropFacts,
  REFUSALS,
  type RefusalCode,
  type RefusalFacts,
} from './words';

/** A mistake in one prop. */
export type PropMistake = {
  readonly [Code in PropCode]: {
    /** Dotted: `gate.waitSeconds`. */
    readonly prop: string;
    /** The value that was found; undefined if it is missing or must be left out. */
    readonly found?: unknown;
    readonly code: Code;
    readonly facts: PropFacts[Code];
  };
}[PropCode];

/** A code of a mistake with its facts. */
export type PropReason = {
  readonly [Code in PropCode]: { readonly code: Code; readonly facts: PropFacts[Code] };
}[PropCode];

/** Returns the mistake of a value that its row does not accept. */
export const mistakeOfRow = ({ prop, found, allowed }: SettingMistake): PropMistake => ({
  prop,
  found,
  code: 'VALUE',
  facts: { allowed },
});

/** Returns the code and the facts of a mistake without its prop. */
export const reasonOf = ({ code, facts }: PropMistake): PropReason => ({ code, facts }) as PropReason;

/** Returns the allowed values of a prop. */
export function allowedOf({ code, facts }: PropReason): string {
  return (ALLOWED[code] as (facts: PropFacts[PropCode]) => string)(facts);
}

/** Formats a mistake: `selector: found "a_b", allowed: …`. */
export const describeMistake = (mistake: PropMistake): string =>
  mistakeText(mistake.prop, mistake.found, allowedOf(mistake));

/** A code of a refusal with its facts. */
export type Refusal = {
  readonly [Code in RefusalCode]: { readonly code: Code; readonly facts: RefusalFacts[Code] };
}[RefusalCode];

/** Formats a refusal. */
export function describeRefusal({ code, facts }: Refusal): string {
  return (REFUSALS[code] as (facts: RefusalFacts[RefusalCode]) => string)(facts);
}

/** Returns the error of mistakes in the props of a construct, one per line. */
export const propsError = (path: string, mistakes: readonly PropMistake[]): Error =>
  new Error(mistakes.map((mistake) => `${path}: ${describeMistake(mistake)}`).join('\n'));

/** Returns the error of refusals, one per line. @param path of the construct, if the sentences do not name one */
export const refusalError = (refusals: readonly Refusal[], path?: string): Error =>
  new Error(
    refusals.map((each) => `${path === undefined ? '' : `${path}: `}${describeRefusal(each)}`).join('\n'),
  );
