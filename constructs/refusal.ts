/** The door to the words of the constructs: everything that is refused at synth is made here. */
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

/** What is wrong with one prop. */
export type PropMistake = {
  readonly [Code in PropCode]: {
    /** Dotted: `gate.waitSeconds`. */
    readonly prop: string;
    /** The given value; undefined if it is missing or should be. */
    readonly found?: unknown;
    readonly code: Code;
    readonly facts: PropFacts[Code];
  };
}[PropCode];

/** A code of a mistake with its facts. */
export type PropReason = {
  readonly [Code in PropCode]: { readonly code: Code; readonly facts: PropFacts[Code] };
}[PropCode];

/** Makes the mistake of a value that its row does not take. */
export const mistakeOfRow = ({ prop, found, allowed }: SettingMistake): PropMistake => ({
  prop,
  found,
  code: 'VALUE',
  facts: { allowed },
});

/** Returns the code and the facts of a mistake, without its prop. */
export const reasonOf = ({ code, facts }: PropMistake): PropReason => ({ code, facts }) as PropReason;

/** Returns what is allowed in place of a prop's value. */
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
