import { type DomainList, type ListedDomain, regionsOf } from '../../list/domain-list';
import { findRenamings } from '../engine/renaming';
import { naturally } from '../grouping';
import type { ChangedSetting } from '../words/changes';

export type DomainChange =
  | { readonly kind: 'added'; readonly after: ListedDomain }
  | { readonly kind: 'removed'; readonly before: ListedDomain }
  | {
      /** If the entry was also renamed, its `stack` is among the settings. */
      readonly kind: 'changed';
      readonly before: ListedDomain;
      readonly after: ListedDomain;
      readonly settings: readonly ChangedSetting[];
    };

export interface ListChanges {
  /** First removed, then changed, then added entries, each sorted by name. */
  readonly domains: readonly DomainChange[];
  /** `backend.…`, `provider.…`, `control.…`, and `defaults.gate.…`, which goes only to the function. */
  readonly settings: readonly ChangedSetting[];
  readonly regionsAdded: readonly string[];
  readonly regionsRemoved: readonly string[];
}

type Comparable = Pick<DomainList, 'backend' | 'provider' | 'control' | 'gate' | 'region' | 'domains'>;

/** Compares two versions of a list by the settings in effect: `defaults` included. */
export function compareLists(before: Comparable | null, after: Comparable): ListChanges {
  const old = before ?? { ...after, region: undefined, domains: [] };
  const known = new Map(old.domains.map((each) => [each.stack, each]));
  const kept = new Map(after.domains.map((each) => [each.stack, each]));
  const byName = [...new Set([...known.keys(), ...kept.keys()])].sort(naturally);
  const [removed, added] = [
    old.domains.filter(({ stack }) => !kept.has(stack)),
    after.domains.filter(({ stack }) => !known.has(stack)),
  ];
  const renamings = findRenamings(removed, added);
  const former = new Map(renamings.map(({ from, to }) => [to, known.get(from)]));
  const left = new Set(renamings.map(({ from }) => from));
  const changes = byName
    .filter((name) => !left.has(name))
    .flatMap((name) => changeOf(known.get(name) ?? former.get(name), kept.get(name)));
  const ofKind = (kind: DomainChange['kind']) => changes.filter((change) => change.kind === kind);
  const [regionsBefore, regionsAfter] = [regionsOf(old), regionsOf(after)];
  return {
    domains: [...ofKind('removed'), ...ofKind('changed'), ...ofKind('added')],
    settings: [
      ...(['backend', 'provider', 'control'] as const).flatMap((block) =>
        changedSettings(old[block], after[block], block),
      ),
      ...changedSettings(old.gate ?? {}, after.gate ?? {}, 'defaults.gate'),
    ],
    regionsAdded: regionsAfter.filter((region) => !regionsBefore.includes(region)),
    regionsRemoved: regionsBefore.filter((region) => !regionsAfter.includes(region)),
  };
}

/** Returns the entry of any change. */
export const entryOf = (change: DomainChange): ListedDomain =>
  change.kind === 'removed' ? change.before : change.after;

function changeOf(before: ListedDomain | undefined, after: ListedDomain | undefined): DomainChange[] {
  if (before === undefined) return [{ kind: 'added', after: after! }];
  if (after === undefined) return [{ kind: 'removed', before }];
  const settings = changedSettings(withoutPlace(before), withoutPlace(after));
  return settings.length === 0 ? [] : [{ kind: 'changed', before, after, settings }];
}

/** Leaves out the place in the file and the spelling of the name, which have no effect. */
const withoutPlace = ({ line: _, name: __, ...settings }: ListedDomain) => settings;

function changedSettings(before: unknown, after: unknown, path = ''): ChangedSetting[] {
  if (isBlock(before) && isBlock(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => changedSettings(before[key], after[key], path ? `${path}.${key}` : key));
  }
  // A block that is added or removed is listed by its settings.
  if (isBlock(before) && after === undefined) return changedSettings(before, {}, path);
  if (before === undefined && isBlock(after)) return changedSettings({}, after, path);
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

const isBlock = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
