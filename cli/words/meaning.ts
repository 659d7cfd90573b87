/** Formats the meaning of a change for SES: fragments for a table, and cautions as sentences in Markdown. */
import type { DomainCaution } from '../../handlers/contract/settings/consequence';
import type { Coded } from '../facts/coded';
import type {
  Alteration,
  Caution,
  CautionFacts,
  Destruction,
  DestructionFacts,
  Effect,
  EffectFacts,
  Meaning,
  Signer,
  Signs,
} from '../facts/meaning';
import { formatSetting, formatValue } from './changes';
import { signerWords, stateWords } from './signing';

const ofHome = (home: string): string => `the key and the record of ${home}`;

const withHome = ({ selector, home }: EffectFacts['ADOPTED']): string =>
  home === undefined ? selector : `${selector}, ${ofHome(home)}`;

function addedWords(facts: EffectFacts['ADDED']): string {
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

function changedWords({ alterations, settings }: EffectFacts['CHANGED']): string {
  const parts = alterations.length === 0 ? ['the signing state stays'] : alterations.map(alterationWords);
  return [...parts, ...settings.map(formatSetting)].join('; ');
}

const EFFECTS: { readonly [Code in keyof EffectFacts]: (facts: EffectFacts[Code]) => string } = {
  NOT_DEPLOYED: () => 'nothing: it is not deployed',
  REMOVED: () => 'nothing by itself: deploys no longer see it, and SES continues to sign in the same way',
  ADOPTED: (facts) => `BYODKIM with selector ${withHome(facts)} is adopted; SES is not written to`,
  ADDED: addedWords,
  CHANGED: changedWords,
};

/** Formats the effect of a deploy on SES. */
export const effectWords = <Code extends keyof EffectFacts>({
  code,
  facts,
}: Coded<EffectFacts, Code>): string => EFFECTS[code](facts);

const DESTRUCTIONS: {
  readonly [Code in keyof DestructionFacts]: (facts: DestructionFacts[Code]) => string;
} = {
  NOT_DEPLOYED: () => '–',
  REMOVES_IDENTITY: () => 'removes the identity: SES then refuses mail from this domain',
  RESTORES: () => 'restores the state before the first deploy',
  RESTORES_STATE: (state) => `restores ${signerWords(state)}${state.enabled ? '' : ', switched off'}`,
  SWITCHES_OFF: () => 'switches signing off: the prior state cannot be restored',
};

/** Formats the effect of a destroy. */
export const destructionWords = <Code extends keyof DestructionFacts>({
  code,
  facts,
}: Coded<DestructionFacts, Code>): string => DESTRUCTIONS[code](facts);

function signer(of: Signer): string {
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

const CAUTIONS: { readonly [Code in keyof CautionFacts]: (facts: CautionFacts[Code]) => string } = {
  ROLL_BACK_FIRST: ({ stack }) =>
    `To roll it back, run \`byodkim destroy ${stack}\` while it is still in the list, before this is merged.`,
  LEAVE_RECORD: ({ selector, days }) =>
    `Leave the record of ${selector} published until ${days} days after the deploy: a rollback and mail in transit need it.`,
  WEAKER: ({ path, value, meaning }) => {
    const isLong = Array.isArray(value) && value.length > 0;
    return `\`${isLong ? path : `${path}: ${formatValue(value)}`}\`: ${VALUES[meaning](value)}`;
  },
  MAY_SEND: ({ roles }) => `\`sendEmailRoles\`: ${roles.join(', ')} may send mail as this domain.`,
  MAIL_FROM_REPLACED: ({ before, after }) =>
    `Its MAIL FROM domain ${before} is replaced by ${after}, and a destroy does not restore it.`,
  MAIL_FROM_SHARED: ({ name, regions, isRejected }) =>
    `${regions.join(', ')} share the MAIL FROM domain ${name}, which has one MX record: that of ${regions[0]}, and no second. ` +
    "AWS's guide allows this, but only SES's answer shows whether it verifies the record in the other regions. " +
    (isRejected
      ? 'With `onMxFailure: reject`, the deploy of this entry is refused until SES has verified it. '
      : '') +
    '`mailFrom.subdomain: "bounce-{region}"` gives each region its own, which works in any case.',
  RECORD_THERE: ({ recordName, hostedZoneId }) =>
    `\`${recordName}\` is published already. If it is in hosted zone ${hostedZoneId}, the deploy stops with RECORD_EXISTS, and prints the import ` +
    'that makes it part of the stack. Do not delete the record.',
  TAKEN_OVER: () =>
    'It belongs to the stack from then on: a destroy deletes it, and tags and a configuration set that the list does not name are removed.',
  READS_WHOLE_STORE: ({ reader, owner }) =>
    `The function in ${reader} may then read every private key of the store in ${owner}, also of domains that only ${owner} ` +
    'has or that are not in the list: the two share so many domains that no policy could name each.',
};

/** Formats a caution. */
export const cautionWords = <Code extends keyof CautionFacts>({
  code,
  facts,
}: Coded<CautionFacts, Code>): string => CAUTIONS[code](facts);

type WithText<T> = T & { readonly text: string };

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
