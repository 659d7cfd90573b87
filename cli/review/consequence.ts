/** Finds what changed settings mean, which the rows of the settings decide. */
import { isDeepStrictEqual } from 'node:util';
import {
  allowsLess,
  allowsMore,
  type Change,
  type EffectOf,
} from '../../handlers/contract/settings/consequence';
import { effectsOf, settingsOf, valueAt } from '../../handlers/contract/settings/setting';
import { LISTED_ALLOWANCES, SETTINGS } from '../../handlers/contract/settings/settings';
import type { ListedDomain } from '../../list/domain-list';
import { LIST_SETTINGS } from '../../list/schema';
import type { Allowance, ChangedSetting, Consequence } from '../words/changes';

/** A changed setting with the path of its row, and the values of the whole row. */
export interface ChangedRow extends Change {
  readonly path: string;
  readonly effects: readonly EffectOf<unknown>[];
}

const { defaults: _, ...OF_LIST } = LIST_SETTINGS;
const ROWS = settingsOf(OF_LIST);
const ENTRY_ROWS = settingsOf(SETTINGS);

/** Returns the row of a changed setting of the list; undefined for `defaults`, which are compared in each entry. */
export function rowOf({ path: changed, before, after }: ChangedSetting): ChangedRow | undefined {
  // A state on this machine has no settings, and moves like the bucket.
  const at = changed
    .replace(/^backend\.(type|folder)$/, 'backend.bucket')
    .replace(/^backend\./, 'backend.s3.');
  const row = ROWS.find(([path]) => at === path || at.startsWith(`${path}.`));
  if (row === undefined) return undefined;
  const [path, setting] = row;
  // The value of a row may be an object, whose parts are compared one by one.
  const part = at.slice(path.length + 1);
  const whole = (value: unknown) => (part === '' || value === undefined ? value : { [part]: value });
  const change = { before: whole(before), after: whole(after) };
  return { path, ...change, effects: effectsOf(setting, change) };
}

/** Returns the changed settings of an entry that have effects, in the order of the rows. @param before `{}` for a new entry */
export function changedRows(before: Partial<ListedDomain>, after: ListedDomain): ChangedRow[] {
  return ENTRY_ROWS.flatMap(([path, setting]) => {
    const change = { before: valueAt(before, path), after: valueAt(after, path) };
    if (isDeepStrictEqual(change.before, change.after)) return [];
    // The home of a shared key makes it.
    if (path === 'createKey' && after.home !== undefined) return [];
    return [{ path, ...change, effects: effectsOf(setting, change) }];
  });
}

/** Harms that say everything in the verdict, so that the setting needs no words of its own. */
const IN_VERDICT: readonly string[] = ['KEYS_UNPROTECTED', 'TOPIC_REMOVED', 'SUBSCRIBERS_REMOVED'];

/** Returns the consequence of a changed setting of the list; undefined if the setting speaks for itself. */
export function consequenceOf(setting: ChangedSetting): Consequence | undefined {
  if (setting.path.startsWith('defaults.gate.')) return { code: 'GATE_MINIMUM', facts: {} };
  const row = rowOf(setting);
  const code = row?.effects.map((effect) => effect.code).find((each) => !IN_VERDICT.includes(each));
  if (row === undefined || code === undefined) return undefined;
  const facts = code === 'ALLOWANCE' ? allowanceOf(row) : {};
  return { code, facts } as Consequence;
}

/** Returns what invokers of the function may use from then on, and what they no longer may. */
const allowanceOf = ({ path, ...change }: ChangedRow) => ({
  name: Object.keys(LISTED_ALLOWANCES).find((name) => path.endsWith(`.${name}`)) as Allowance,
  isWider: allowsMore(change),
  isNarrower: allowsLess(change),
});
