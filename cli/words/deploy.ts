/** Formats the questions and the notes of a deploy, diff or destroy. */
import { several } from './format';

/** @param action deploy, diff or destroy */
export const approvalQuestion = (action: string, stacks: readonly string[]): string =>
  `Do you want to ${action} ${several(stacks)}?`;

/** Says that a deploy keeps objects that the engine treats as broken. */
export const untaintedWords = (addresses: readonly string[]): string =>
  `untainted: ${addresses.join(', ')}: they were made earlier, but could not be read back`;

export const CONTROL_STACK = 'the control stack: function, key store, alarms';

/** Formats the fate of a record that the stack publishes. */
export const recordRemoved = (stack: string): string =>
  `; its record goes with the stack, and mail of the last days that was signed with it no longer passes: publish it manually for a week (\`byodkim record ${stack}\` prints it now)`;

/** @param effect of the destroy on SES */
export const stackRemoved = (effect: string): string => `the stack is removed, which ${effect}`;

/** Formats the effect of an apply on existing signing. */
export function signingEffect(before: string, selector: string, isSetAgain: boolean): string {
  if (before !== selector) return `rotates from ${before} to ${selector}`;
  return isSetAgain ? `signing is set again, with selector ${selector}` : 'the signing state stays';
}

/** Limits the warning before SES gets a key to the deploys that write one. */
export const UNLESS_ADOPTED =
  'If SES signs with this key already and has verified it, nothing is written to SES, and no mail is at risk.';

/** @param before the engines that applied the stacks last */
export const engineChanged = (name: string, path: string, before: string): string =>
  `Engine: ${name} (${path}); before, it was ${before}.`;

/** The state in SES after an error, unless the row of its code has another one. */
export const SES_AS_BEFORE = 'as before; nothing was written';
