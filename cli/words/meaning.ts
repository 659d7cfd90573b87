/** Formats the meaning of a change for SES: fragments for a table, and cautions as sentences in Markdown. */
import type { DomainCaution } from '../../handlers/contract/settings/consequence';
import { type AskedRemoval, mayBeRemoved } from '../../handlers/words/removal';
import type { ShownState } from '../../handlers/words/states';
import { BEFORE_A_PUT } from '../../handlers/words/unsigned-mail';
import { type ChangedSetting, formatSetting, formatSettingValue } from './changes';
import { type Coded, type FactsIn, type WithText, wordsBy } from './coded';
import { signerWords, stateWords } from './signing';

/** Key with which an entry signs. */
interface Signature {
  readonly selector: string;
  /** The entry that shares its key and record. */
  readonly home: string | undefined;
}

/** One way in which an entry changes. */
export type Alteration =
  | { readonly kind: 'region'; readonly from: string; readonly to: string }
  | { readonly kind: 'selector'; readonly from: string; readonly to: string }
  /** The key of the same selector is in another place. */
  | { readonly kind: 'key-place'; readonly selector: string }
  /** `home`: `null` if it has its own key and record. */
  | { readonly kind: 'home'; readonly home: string | null };

/** The signing state that SES uses. */
export type SigningNow =
  | { readonly kind: 'selector'; readonly selector: string }
  /** SES signs, but not with a key of the domain's owner. */
  | { readonly kind: 'origin'; readonly origin: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

/** Signing state of SES now and after the deploy, or `null` if the entry is no longer in the list. */
export interface Signs {
  readonly before: SigningNow;
  readonly after: string | null;
}

/** Meaning of a change, for a reviewer. */
export interface Meaning {
  readonly effect: Effect;
  readonly signs: Signs;
  /** Effect of a destroy of the domain's stack after this change. */
  readonly destroy: Destruction;
  readonly cautions: readonly Caution[];
}

const ofHome = (home: string): string => `the key and the record of ${home}`;

const withHome = ({ selector, home }: Signature): string =>
  home === undefined ? selector : `${selector}, ${ofHome(home)}`;

/** An entry that is not deployed yet. `now` is the state of an existing identity, if it is known. */
interface Added extends Signature {
  readonly identity: 'managed' | 'import' | 'existing';
  readonly makesKey: boolean;
  readonly now: ShownState | null;
}

function addedWords(facts: Added): string {
  const { identity, makesKey, now } = facts;
  const key = makesKey ? 'a key is made if none exists; ' : '';
  const state = now === null ? '' : `, now ${stateWords(now)},`;
  const selector = withHome(facts);
  switch (identity) {
    case 'managed':
      return `${key}an identity is made and signs with selector ${selector}`;
    case 'import':
      return `${key}the existing identity${state} is taken over into the stack, and changes to BYODKIM with selector ${selector}`;
    case 'existing':
      return `${key}the existing identity${state} changes to BYODKIM with selector ${selector}`;
  }
}

function alterationWords(alteration: Alteration): string {
  switch (alteration.kind) {
    case 'region':
      return `its region changes from ${alteration.from} to ${alteration.to}`;
    case 'selector':
      return `rotates from ${alteration.from} to ${alteration.to}`;
    case 'key-place':
      return `reads the key of ${alteration.selector} from another place; SES changes if it is another key`;
    case 'home':
      return `signs with ${alteration.home === null ? 'a key and a record of its own' : ofHome(alteration.home)}`;
  }
}

interface Changed {
  readonly alterations: readonly Alteration[];
  readonly settings: readonly ChangedSetting[];
}

function changedWords({ alterations, settings }: Changed): string {
  const parts = alterations.length === 0 ? ['the signing state stays'] : alterations.map(alterationWords);
  return [...parts, ...settings.map(formatSetting)].join('; ');
}

/** The effect of a deploy on SES, by code. */
const EFFECTS = {
  NOT_DEPLOYED: () => 'nothing: it is not deployed',
  /** The entry is no longer in the list. */
  REMOVED: () => 'nothing by itself: deploys no longer see it, and SES continues to sign in the same way',
  /** SES already has it, verified, with the key in the key store. */
  ADOPTED: (facts: Signature) => `BYODKIM with selector ${withHome(facts)} is adopted; SES is not written to`,
  ADDED: addedWords,
  CHANGED: changedWords,
};

export type EffectFacts = FactsIn<typeof EFFECTS>;
export type Effect = Coded<EffectFacts>;

/** Formats the effect of a deploy on SES. */
export const effectWords = wordsBy(EFFECTS);

/** Effect of a destroy, by code. */
const DESTRUCTIONS = {
  NOT_DEPLOYED: () => '–',
  REMOVES_IDENTITY: () => 'removes the identity: SES then refuses mail from this domain',
  /** The state before the first deploy, which is not known here. */
  RESTORES: () => 'restores the state before the first deploy',
  RESTORES_STATE: (state: Pick<ShownState, 'origin' | 'selector' | 'enabled'>) =>
    `restores ${signerWords(state)}${state.enabled ? '' : ', switched off'}`,
  /** The prior state cannot be restored. */
  SWITCHES_OFF: () => 'switches signing off: the prior state cannot be restored',
};

export type Destruction = Coded<FactsIn<typeof DESTRUCTIONS>>;

/** Formats the effect of a destroy. */
export const destructionWords = wordsBy(DESTRUCTIONS);

function signer(of: SigningNow): string {
  switch (of.kind) {
    case 'selector':
      return of.selector;
    case 'origin':
      return signerWords(of);
    case 'nothing':
      return 'nothing';
    case 'unknown':
      return '?';
  }
}

/** Formats the signing state of SES now and after the deploy: `s1 → s2`. */
export function signsWords({ before, after }: Signs): string {
  const now = signer(before);
  return after === null || after === now ? now : `${now} → ${after}`;
}

const joined = (value: unknown): string => [value].flat().join(', ');

/** The meaning of a setting's value, which follows the setting and the value. */
const VALUES: { readonly [Code in DomainCaution]: (value: unknown) => string } = {
  RESOLVERS_ALONE: () => 'only resolvers are asked, and not every server of the zone.',
  OTHER_NAMESERVERS: (asked) => `only ${joined(asked)} are asked, whichever servers the zone names.`,
  OTHER_RESOLVERS: (asked) =>
    joined(asked) === ''
      ? 'no resolver has to see the record.'
      : `${joined(asked)} are asked instead of the usual ones.`,
  NEVER_REVERTED: () => 'no schedule rolls the change back if the rest of the stack fails.',
  MAY_GIVE_UP: () =>
    'a record that is still needed may be removed; and if the change fails and the prior state cannot be restored, signing is switched off.',
  HEALS: () =>
    'once SES has given up on the record (72 hours), and the record is back, the audit repeats the change without a person.',
  MX_REQUIRED: () => 'SES sends no mail while it does not find the MX record.',
  ACCOUNTS_MAY_SEND: (accounts) =>
    `every principal of ${joined(accounts)} whose own policies let it send mail may send as this domain.`,
  ORGANIZATION_MAY_SEND: (organization) =>
    `every principal of every account of ${joined(organization)} whose own policies let it send mail may send as this domain.`,
  ZONE_OF_OTHERS: () =>
    'the owner of that account decides whether this stack can be planned, rotated and destroyed.',
  ALIASES_LEAD_THERE: (zone) =>
    `whoever owns ${joined(zone)} can sign mail as this domain once the aliases are published.`,
};

/** A place of states that may not be listed, and AWS's or the system's code. */
export interface UnreadStates {
  readonly place: string;
  readonly error: string;
}

/** Risks, and work in addition to the deploy, by code. */
const CAUTIONS = {
  /** SES gets another key of an identity that may send, or this is not known. */
  MAIL_UNTIL_VERIFIED: () => BEFORE_A_PUT,
  ROLL_BACK_FIRST: ({ stack }: { stack: string }) =>
    `To roll it back, run \`byodkim destroy ${stack}\` while it is still in the list, before this is merged.`,
  LEAVE_RECORD: ({ selector, days }: { selector: string; days: number }) =>
    `Leave the record of ${selector} published until ${days} days after the deploy: a rollback and mail in transit need it.`,
  /** `name`: of the earlier MAIL FROM domain. */
  LEAVE_MAIL_FROM: ({ name, days }: { name: string; days: number }) =>
    `Leave the MX and SPF records of ${name} published until ${days} days after the deploy: mail that was sent before it returns there.`,
  /** A setting that weakens the proof or lets others sign, with the code of its row. */
  WEAKER: ({ path, value, meaning }: { path: string; value: unknown; meaning: DomainCaution }) => {
    const isLong = Array.isArray(value) && value.length > 0;
    return `\`${isLong ? path : `${path}: ${formatSettingValue(value)}`}\`: ${VALUES[meaning](value)}`;
  },
  MAY_SEND: ({ roles }: { roles: readonly string[] }) =>
    `\`sendEmailRoles\`: ${roles.join(', ')} may send mail as this domain.`,
  MAIL_FROM_REPLACED: ({ before, after }: { before: string; after: string }) =>
    `Its MAIL FROM domain ${before} is replaced by ${after}, and a destroy does not restore it.`,
  /** Refusals that the states decide are not known. */
  STATES_NOT_READ: ({ place, error }: UnreadStates) =>
    `The states in ${place} were not read (${error}), so it is not known whether the deploy is refused because of what a stack has made: ` +
    '`byodkim diff --all` shows it. `byodkim policy look` has the permissions.',
  /** The DNS team was asked to remove the record of the selector, and may still do so. */
  REMOVAL_ASKED: ({ stack, ...asked }: AskedRemoval & { stack: string }) => mayBeRemoved(asked, stack),
  /** The stack takes over an existing identity. */
  TAKEN_OVER: () =>
    'It belongs to the stack from then on: a destroy deletes it, and tags and a configuration set that the list does not name are removed.',
  /** The function of one region reads every key of another region, since policies cannot name so many. */
  READS_WHOLE_STORE: ({ reader, owner }: { reader: string; owner: string }) =>
    `The function in ${reader} may then read every private key of the store in ${owner}, also of domains that only ${owner} ` +
    'has or that are not in the list: the two share so many domains that no policy could name each.',
};

export type Caution = Coded<FactsIn<typeof CAUTIONS>>;

/** Formats a caution. */
export const cautionWords = wordsBy(CAUTIONS);

/** A meaning for scripts: codes and facts, with the words. */
export interface MeaningAsData {
  readonly effect: WithText<Effect>;
  readonly signs: WithText<Signs>;
  readonly destroy: WithText<Destruction>;
  readonly cautions: readonly WithText<Caution>[];
}

/** Returns a meaning for scripts. */
export const meaningAsData = ({ effect, signs, destroy, cautions }: Meaning): MeaningAsData => ({
  effect: { ...effect, text: effectWords(effect) },
  signs: { ...signs, text: signsWords(signs) },
  destroy: { ...destroy, text: destructionWords(destroy) },
  cautions: cautions.map((each) => ({ ...each, text: cautionWords(each) })),
});
