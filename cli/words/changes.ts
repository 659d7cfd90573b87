/** Formats settings that have changed. */
import { added, type ControlCaution, type ControlHarm } from '../../handlers/contract/settings/consequence';
import type { LISTED_ALLOWANCES } from '../../handlers/contract/settings/settings';
import { type Coded, type FactsIn, wordsBy } from './coded';

/** One setting that has changed. `undefined`: the default. */
export interface ChangedSetting {
  /** Dotted, e.g. `gate.waitSeconds`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Further settings that an invoker of the function may use (`control.allow`). */
export type Allowance = keyof typeof LISTED_ALLOWANCES;

/** Harms that the verdict on a list describes completely. */
type InVerdict = 'KEYS_UNPROTECTED' | 'TOPIC_REMOVED' | 'SUBSCRIBERS_REMOVED';

/**
 * e.g. `gate.waitSeconds: default → 120`; for a list, its added and removed items, each as a whole, since a part may be
 * unchanged.
 */
export function formatSetting({ path, before, after }: ChangedSetting): string {
  const parts = [
    ...added(before, after).map((each) => `+ ${formatSettingValue(each)}`),
    ...added(after, before).map((each) => `− ${formatSettingValue(each)}`),
  ];
  const isList = Array.isArray(before) && Array.isArray(after) && parts.length > 0;
  return `${path}: ${isList ? parts.join(', ') : `${formatSettingValue(before)} → ${formatSettingValue(after)}`}`;
}

/** Formats a value of a setting. */
export function formatSettingValue(value: unknown): string {
  if (value === undefined) return 'default';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Settings that each allowance lets an invoker of the function use. */
const MAY_ASK: Readonly<Record<Allowance, string>> = {
  servers: 'have these name servers and resolvers asked instead of the usual ones',
  recursive: 'have only resolvers asked, and no servers of the zone',
  irreversible: 'give up the prior state of SES, for these domains',
};

interface ChangedAllowance {
  readonly name: Allowance;
  readonly isWider: boolean;
  readonly isNarrower: boolean;
}

function allowanceWords({ name, isWider, isNarrower }: ChangedAllowance): string {
  const parts = [
    isWider ? [`**everyone who may invoke the function may ${MAY_ASK[name]}**`] : [],
    isNarrower
      ? ['requests for more than that are refused from then on (`NOT_ALLOWED`), even for deployed domains']
      : [],
  ];
  return `${parts.flat().join('; ')}.`;
}

/** Consequences of a changed setting of the list, by code. */
const CONSEQUENCES = {
  STATE_MOVES: () =>
    'Terraform looks for its state there. Move the state first, or the next deploy begins from nothing. **Whoever may write there ' +
    'decides what a deploy deletes and makes**, with the permissions of the deploy.',
  KEYS_MOVE: () => 'keys, DNS information and ledgers are looked for there. Copy them first.',
  GATE_MINIMUM: () => 'also applies to direct calls and the audit, as the minimum for every domain.',
  READERS_ADDED: () => '**the added principals can read private keys**, and so can sign as any domain.',
  WRITERS_ADDED: () =>
    '**the added principals can store the private key of any domain** whose keys the function does not make, and so can sign as it.',
  KEYS_READ_ELSEWHERE: () =>
    '**the function reads private keys there**: everyone who may write to that place can replace them.',
  TOPIC_OF_OTHERS: () => 'notices go there. Check who owns the topic, and who has subscribed to it.',
  SUBSCRIBERS_ADDED: () => '**the added subscribers get all notices of this topic**. Check whose they are.',
  LOGS_SHORTER: () => 'older logs of the function are deleted.',
  CONTACT: () => 'notices name this contact, to whom the DNS team replies. Check whose it is.',
  ACCOUNTS: () =>
    '**deploys work only in the named accounts**, and `byodkim key put` sends private keys to a bucket of that account.',
  AUDIT_MOVES: () => 'the audit runs at that time, with its notices and `heal`.',
  KMS_KEY: () =>
    '**the owner of that key can make every private key unreadable**, and then no deploy and no rollback works. Check its account.',
  BOUNDARY: () =>
    'this policy limits the roles of the function and of its schedules. If it allows too little, no change and no rollback works.',
  ROLES_REPLACED: () =>
    'another path replaces the roles, and reverts that are armed name the earlier ones. Deploy it while nothing is armed.',
  ROLE: () => '**every deploy works as this role**, in its account. Terraform looks there for its resources.',
  ALLOWANCE: allowanceWords,
} satisfies Readonly<
  Record<ControlCaution | Exclude<ControlHarm, InVerdict> | 'GATE_MINIMUM', (facts: never) => string>
>;

export type Consequence = Coded<FactsIn<typeof CONSEQUENCES>>;

/** Formats the consequence of a changed setting. Markdown. */
export const consequenceWords = wordsBy(CONSEQUENCES);
