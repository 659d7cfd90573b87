/**
 * Defines what a changed setting means to whoever approves a change of the list. Each row of the settings states it, so that
 * a setting without it does not compile. Here are codes; `cli/words` has their sentences.
 */

/** Codes of effects of a setting of the whole list that a person must approve, whatever the state in DNS. */
export type ControlHarm =
  | 'STATE_MOVES'
  | 'ROLE'
  | 'KEYS_READ_ELSEWHERE'
  | 'READERS_ADDED'
  | 'WRITERS_ADDED'
  | 'KEYS_UNPROTECTED'
  | 'TOPIC_REMOVED'
  | 'TOPIC_OF_OTHERS'
  | 'SUBSCRIBERS_ADDED'
  | 'SUBSCRIBERS_REMOVED';

/** Codes of such effects of a domain's setting. */
export type DomainHarm =
  | 'KEYS_NOT_MADE_HERE'
  | 'MAIL_FROM_REMOVED'
  | 'FEEDBACK_OFF'
  | 'CONFIGURATION_SET_LEFT'
  | 'SENDERS_REMOVED';

/** Codes of effects of a setting of the whole list that a reviewer may not see. */
export type ControlCaution =
  | 'KEYS_MOVE'
  | 'LOGS_SHORTER'
  | 'CONTACT'
  | 'ACCOUNTS'
  | 'AUDIT_MOVES'
  | 'KMS_KEY'
  | 'BOUNDARY'
  | 'ROLES_REPLACED'
  | 'ALLOWANCE';

/** Codes of effects of a value of a domain's setting, which may weaken the proof or let others sign. */
export type DomainCaution =
  | 'RESOLVERS_ALONE'
  | 'OTHER_NAMESERVERS'
  | 'OTHER_RESOLVERS'
  | 'NEVER_REVERTED'
  | 'MAY_GIVE_UP'
  | 'HEALS'
  | 'MX_REQUIRED'
  | 'ACCOUNTS_MAY_SEND'
  | 'ORGANIZATION_MAY_SEND'
  | 'ZONE_OF_OTHERS'
  | 'ALIASES_LEAD_THERE';

type HarmCode = ControlHarm | DomainHarm;
export type CautionCode = ControlCaution | DomainCaution | 'LEAVE_RECORD' | 'LEAVE_MAIL_FROM' | 'MAY_SEND';

/** The values of a setting in two versions of a list; undefined for the default, and before for a new entry. */
export interface Change<Value = unknown> {
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** An effect of a setting, and the changes that have it. */
export type EffectOf<Value> = (
  | { readonly level: 'harm'; readonly code: HarmCode }
  | { readonly level: 'caution'; readonly code: CautionCode }
) & { applies(change: Change<Value>): boolean };

/** What a change of a setting means: effects, of which none may apply to a change, or that it is harmless. */
export type ConsequenceOf<Value> = typeof HARMLESS | readonly EffectOf<Value>[];

/** No change of the setting needs more attention than its own line in a review. */
export const HARMLESS = 'harmless';

type Applies<Value> = (change: Change<Value>) => boolean;
const always = (): boolean => true;

/** Declares an effect that a person must approve: the review is never ready. @param applies always, if it is left out */
export const harm = <Value>(code: HarmCode, applies: Applies<Value> = always): EffectOf<Value> => ({
  level: 'harm',
  code,
  applies,
});

/** Declares an effect that a review names, and never leaves out. @param applies always, if it is left out */
export const caution = <Value>(code: CautionCode, applies: Applies<Value> = always): EffectOf<Value> => ({
  level: 'caution',
  code,
  applies,
});

/** Returns the items that were added to a list. */
export const added = (before: unknown, after: unknown): readonly unknown[] =>
  Array.isArray(after) ? after.filter((each) => !Array.isArray(before) || !before.includes(each)) : [];

export const isSet = ({ after }: Change): boolean => after !== undefined;
export const isRemoved = ({ before, after }: Change): boolean => before !== undefined && after === undefined;
/** Checks whether another value, or none, takes the place of one. */
export const isLost = ({ before, after }: Change): boolean => before !== undefined && before !== after;
/** Checks whether another value takes the place of one. */
export const isReplaced = (change: Change): boolean => isLost(change) && !isRemoved(change);
export const gains = ({ before, after }: Change): boolean => added(before, after).length > 0;
export const loses = ({ before, after }: Change): boolean => added(after, before).length > 0;

/** Checks whether an allowance permits something that it did not permit. */
export const allowsMore = ({ before, after }: Change): boolean =>
  before !== true && (after === true || added(before, after).length > 0);
/** Checks whether an allowance no longer permits something. */
export const allowsLess = ({ before, after }: Change): boolean =>
  allowsMore({ before: after, after: before });
