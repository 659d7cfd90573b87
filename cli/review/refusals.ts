import type { Inspected } from '../../handlers/inspection/inspect';
import { type Backend, inRegion, keyStoreBucketOf, type ListedDomain } from '../../list/domain-list';
import type { ControlSettings } from '../../list/schema';
import { findHandlerErrors } from '../engine/engine';
import { entryError } from '../errors/failure-catalogue';
import type { StatusAnswer } from '../target/function';
import type { ChangedSetting } from '../words/changes';
import type { HandlerError } from '../words/failures';
import type { ReviewRefusal } from '../words/refusals';
import type { DomainChange } from './changes';
import { isUntouched } from './meaning';

/**
 * The answer of an earlier deploy's function about a domain; `none` if there is no function, and `unknown` if it was not
 * asked.
 */
export type Deployed = StatusAnswer | 'none' | 'unknown';

/** Something that `byodkim deploy` will refuse, since it would lose keys, armed reverts or an identity. */
export type PlanRefusal = ReviewRefusal & {
  /** False if it is not known whether anything is deployed. */
  readonly isCertain: boolean;
};

const refusal = (found: ReviewRefusal | undefined, by: readonly Deployed[]): PlanRefusal[] =>
  found === undefined || by.length === 0
    ? []
    : [{ ...found, isCertain: by.some((each) => each !== 'unknown') }];

/**
 * Returns a deploy's refusals of changed settings of the control stack.
 * @param deployed the state that an earlier deploy has left, by region
 */
export function refusalsOfSetting(
  setting: ChangedSetting,
  control: ControlSettings,
  deployed: ReadonlyMap<string, Deployed>,
): PlanRefusal[] {
  const { path, before, after } = setting;
  const { name } = keyStoreBucketOf(control);
  const isSame = ([region, at]: [string, Deployed]): boolean => {
    if (path === 'control.functionName' || typeof at === 'string' || name === undefined) return false;
    // A bucket that the stack made would be deleted if it became an existing one, under any name.
    const isMade =
      typeof before === 'string' &&
      typeof after !== 'string' &&
      at.keyStoreBucket === inRegion(before, region);
    return !isMade && at.keyStoreBucket === inRegion(name, region);
  };
  const lost = [...deployed].filter((each) => each[1] !== 'none' && !isSame(each)).map(([, at]) => at);
  return refusal(refusalOfSetting(setting), lost);
}

/** Returns a deploy's refusal of a changed setting, or undefined if it carries the change out. */
export function refusalOfSetting({ path, before }: ChangedSetting): ReviewRefusal | undefined {
  if (path === 'control.functionName') return { code: 'CONTROL_PROTECTED', facts: { path } };
  const isMadeBucket =
    (path === 'control.keyStore.bucket' && (before === undefined || typeof before === 'string')) ||
    (path === 'control.keyStore.bucket.existing' && before === undefined);
  return isMadeBucket ? { code: 'KEY_STORE_PROTECTED', facts: { path } } : undefined;
}

/**
 * Returns a deploy's refusals of a changed entry, or of the destroy of a removed one, by the state that the earlier version
 * has left.
 * @param others entries of the list that had the key and the record of its earlier version
 */
export function refusalsOfDomain(
  change: DomainChange,
  deployed: Deployed,
  others: readonly string[] = [],
): PlanRefusal[] {
  if (change.kind === 'added' || !mayBeDeployed(deployed)) return [];
  const refused = change.kind === 'removed' ? ofRemoved(change.before, others) : ofChanged(change);
  return refusal(refused, [deployed]);
}

/** Returns a deploy's refusal of an entry whose state has an earlier name. */
export function refusalsOfRenaming(
  change: DomainChange,
  deployed: Deployed,
  backend: Backend,
): PlanRefusal[] {
  if (change.kind !== 'changed' || !mayBeDeployed(deployed)) return [];
  const [from, to] = [change.before.stack, change.after.stack];
  return from === to ? [] : refusal({ code: 'ENTRY_RENAMED', facts: { from, to, backend } }, [deployed]);
}

const mayBeDeployed = (deployed: Deployed): boolean =>
  deployed === 'unknown' || (deployed !== 'none' && !isUntouched(deployed));

const ofRemoved = ({ stack }: ListedDomain, others: readonly string[]): ReviewRefusal | undefined =>
  others.length === 0 ? undefined : { code: 'KEY_SHARED', facts: { stack, others } };

function ofChanged({
  before,
  after,
}: DomainChange & { readonly kind: 'changed' }): ReviewRefusal | undefined {
  const { stack } = after;
  const [from, to] = [before.record?.hostedZoneId, after.record?.hostedZoneId];
  if (before.region !== after.region)
    return {
      code: 'IDENTITY_PROTECTED',
      facts: { kind: 'region', stack, expected: before.region, found: after.region },
    };
  if (from !== undefined && to !== undefined && from !== to)
    return { code: 'RECORD_MOVES', facts: { stack, from, to } };
  const wasExisting = before.identity === 'existing';
  if (wasExisting && (after.identity ?? 'managed') === 'managed')
    return { code: 'IDENTITY_EXISTS', facts: { stack } };
  if (wasExisting || after.identity !== 'existing') return undefined;
  return { code: 'IDENTITY_PROTECTED', facts: { kind: 'let-go', stack } };
}

/** Returns the errors of an entry that do not depend on DNS, from the function's facts and the reads of its plan. */
export function refusalsOfEntry(
  { identity = 'managed', domain, region }: ListedDomain,
  { ses, transaction }: StatusAnswer,
  { refusal, rehearsal }: Inspected,
): HandlerError[] {
  const found: HandlerError[] = [];
  if (identity !== 'managed' && ses === null)
    found.push(entryError({ code: 'IDENTITY_NOT_FOUND', facts: { domain, region, identity } }));
  if (identity === 'managed' && ses !== null && transaction === null)
    found.push(entryError({ code: 'IDENTITY_EXISTS', facts: { domain } }));
  // NOT_ALLOWED is left out, since the list's own `control.allow` applies, which the deploy first brings to the function.
  found.push(...findHandlerErrors(refusal ?? '').filter(({ code }) => code !== 'NOT_ALLOWED'));
  if (identity === 'existing' && rehearsal?.untagged) found.push(rehearsal.untagged);
  return [...found, ...(rehearsal?.refusals ?? [])];
}
