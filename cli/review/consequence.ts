import type { Allowance, Consequence } from '../facts/changes';
import { added, type ChangedSetting } from '../facts/changes';
import { refusalOfSetting } from './refusals';

const gains = ({ before, after }: ChangedSetting): boolean => added(before, after).length > 0;

/** The default of `control.logRetentionDays`. */
const RETENTION_DAYS = 365;
const isShorter = ({ before = RETENTION_DAYS, after = RETENTION_DAYS }: ChangedSetting): boolean =>
  Number(after) < Number(before);

/** Settings of a list whose change has a consequence that a reviewer may not see. */
const CONSEQUENCES: readonly (readonly [Consequence['code'], (setting: ChangedSetting) => boolean])[] = [
  ['STATE_MOVES', ({ path }) => path.startsWith('backend.')],
  [
    'KEYS_MOVE',
    (setting) =>
      setting.path === 'control.keyStore.bucket.existing' && refusalOfSetting(setting) === undefined,
  ],
  ['GATE_MINIMUM', ({ path }) => path.startsWith('defaults.gate.')],
  ['READERS_ADDED', (setting) => setting.path === 'control.keyStore.readers' && gains(setting)],
  ['WRITERS_ADDED', (setting) => setting.path === 'control.keyStore.writers' && gains(setting)],
  ['KEYS_READ_ELSEWHERE', (setting) => setting.path === 'control.keyStore.alsoRead' && gains(setting)],
  ['TOPIC_OF_OTHERS', ({ path, after }) => path.startsWith('control.topics.') && /^arn:/.test(String(after))],
  ['LOGS_SHORTER', (setting) => setting.path === 'control.logRetentionDays' && isShorter(setting)],
  ['CONTACT', ({ path, after }) => path === 'control.notices.contact' && after !== undefined],
  ['ACCOUNTS', ({ path }) => path.startsWith('provider.allowedAccountIds')],
  ['AUDIT_MOVES', ({ path }) => path === 'control.audit.schedule'],
  ['KMS_KEY', ({ path, after }) => path === 'control.keyStore.kmsKeyArn' && after !== undefined],
  ['ROLE', ({ path }) => path === 'provider.assumeRoleArn'],
];

/** Returns the consequence of a changed setting of the list; undefined if the setting speaks for itself. */
export function consequenceOf(setting: ChangedSetting): Consequence | undefined {
  const found = CONSEQUENCES.find(([, applies]) => applies(setting));
  if (found !== undefined) return { code: found[0], facts: {} } as Consequence;
  return allowanceOf(setting);
}

const ALLOWANCES = /^control\.allow\.(servers|recursive|irreversible)$/;

/** Returns the settings that invokers of the function may use from then on, and those that they no longer may. */
function allowanceOf({ path, before, after }: ChangedSetting): Consequence | undefined {
  const [, name] = ALLOWANCES.exec(path) ?? [];
  if (name === undefined) return undefined;
  const isWider = allowsMore(before, after);
  const isNarrower = allowsMore(after, before);
  if (!isWider && !isNarrower) return undefined;
  return { code: 'ALLOWANCE', facts: { name: name as Allowance, isWider, isNarrower } };
}

const allowsMore = (from: unknown, to: unknown): boolean =>
  from !== true && (to === true || added(from, to).length > 0);
