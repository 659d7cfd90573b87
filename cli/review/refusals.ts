import type { Inspected } from '../../handlers/inspection/inspect';
import { inRegion, keyStoreBucketOf, type ListedDomain } from '../../list/domain-list';
import type { ControlSettings } from '../../list/schema';
import { findHandlerErrors } from '../engine/engine';
import { type FailureCode, rowOfCode } from '../errors/failure-catalogue';
import type { HandlerError } from '../facts/failures';
import type { StatusAnswer } from '../target/function';
import type { ChangedSetting, DomainChange } from './changes';
import { isUntouched } from './meaning';

/** What the function of an earlier deploy answers of a domain; `none`: there is no function; `unknown`: it was not asked. */
export type Deployed = StatusAnswer | 'none' | 'unknown';

/** Something that `byodkim deploy` will refuse, since it would lose keys, armed reverts or an identity. */
export interface PlanRefusal {
  /** Markdown. */
  readonly text: string;
  /** False if it is not known whether anything is deployed yet. */
  readonly isCertain: boolean;
}

const refusal = (text: string | undefined, by: readonly Deployed[]): PlanRefusal[] =>
  text === undefined || by.length === 0 ? [] : [{ text, isCertain: by.some((each) => each !== 'unknown') }];

/** Says what to do as the row of a code of the deploy's own refusals does. */
const withTodo = (found: string, code: FailureCode): string => `${found} ${rowOfCode(code)!.todo}`;

/**
 * Returns what a deploy will refuse of a changed setting of the control stack.
 * @param deployed what an earlier deploy has left, by region
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
    // A bucket that the stack made would be deleted if it became an existing one, whatever its name.
    const isMade =
      typeof before === 'string' &&
      typeof after !== 'string' &&
      at.keyStoreBucket === inRegion(before, region);
    return !isMade && at.keyStoreBucket === inRegion(name, region);
  };
  const lost = [...deployed].filter((each) => each[1] !== 'none' && !isSame(each)).map(([, at]) => at);
  return refusal(refusalOfSetting(setting), lost);
}

/** @returns undefined if a deploy carries the change out */
export function refusalOfSetting({ path, before }: ChangedSetting): string | undefined {
  if (path === 'control.functionName')
    return withTodo(
      '`control.functionName`: armed reverts would be lost, and no domain could be changed or destroyed.',
      'CONTROL_PROTECTED',
    );
  const isMadeBucket =
    (path === 'control.keyStore.bucket' && (before === undefined || typeof before === 'string')) ||
    (path === 'control.keyStore.bucket.existing' && before === undefined);
  return isMadeBucket
    ? withTodo('`control.keyStore.bucket`: the control stack has made another bucket.', 'KEY_STORE_PROTECTED')
    : undefined;
}

/**
 * Returns what a deploy will refuse of a changed entry, by what its earlier version has left; or the destroy of a removed one.
 * @param sharing entries of the list that had the key and the record of its earlier version
 */
export function refusalsOfDomain(
  change: DomainChange,
  deployed: Deployed,
  sharing: readonly string[] = [],
): PlanRefusal[] {
  if (change.kind === 'added' || deployed === 'none') return [];
  if (deployed !== 'unknown' && isUntouched(deployed)) return [];
  const refused = change.kind === 'removed' ? ofRemoved(change.before, sharing) : ofChanged(change);
  return refusal(refused, [deployed]);
}

export const MOVE_HOME = 'move the home: deploy a new selector for all, with `createKey` at another one.';

function ofRemoved({ stack }: ListedDomain, sharing: readonly string[]): string | undefined {
  if (sharing.length === 0) return undefined;
  const others = sharing.map((each) => `\`${each}\``).join(', ');
  return (
    `\`${stack}\`: it has the key and the record that ${others} signs with. First ${MOVE_HOME} ` +
    'Then destroy this one, and remove its entry last.'
  );
}

function ofChanged({ before, after }: DomainChange & { readonly kind: 'changed' }): string | undefined {
  const name = `\`${after.stack}\``;
  const [from, to] = [before.record?.hostedZoneId, after.record?.hostedZoneId];
  if (before.region !== after.region)
    return withTodo(
      `${name}: the region of an entry must not change; found ${after.region}, expected ${before.region}, where its key is.`,
      'IDENTITY_PROTECTED',
    );
  if (from !== undefined && to !== undefined && from !== to)
    return withTodo(`${name}: the records move from hosted zone ${from} to ${to}.`, 'RECORD_MOVES');
  const wasExisting = before.identity === 'existing';
  if (wasExisting && (after.identity ?? 'managed') === 'managed')
    return withTodo(`${name}: the stack would make an identity that exists.`, 'IDENTITY_EXISTS');
  if (wasExisting || after.identity !== 'existing') return undefined;
  return withTodo(
    `${name}: with \`identity: existing\` the stack lets go of the identity that it manages, and the engine would delete it.`,
    'IDENTITY_PROTECTED',
  );
}

/** Returns the errors of an entry that do not depend on DNS, by what the function knows and what its plan would read. */
export function refusalsOfEntry(
  { identity = 'managed', domain, region }: ListedDomain,
  { ses, transaction }: StatusAnswer,
  { refusal, rehearsal }: Inspected,
): HandlerError[] {
  const found: HandlerError[] = [];
  if (identity !== 'managed' && ses === null)
    found.push({
      code: 'IDENTITY_NOT_FOUND',
      message: `SES has no identity ${domain} in ${region}, and \`identity: ${identity}\` does not make one.`,
    });
  if (identity === 'managed' && ses !== null && transaction === null)
    found.push({ code: 'IDENTITY_EXISTS', message: `SES has the identity ${domain} already.` });
  // NOT_ALLOWED: the list is held to its own `control.allow`, which the deploy brings to the function first.
  found.push(...findHandlerErrors(refusal ?? '').filter(({ code }) => code !== 'NOT_ALLOWED'));
  if (identity === 'existing' && rehearsal?.untagged) found.push(rehearsal.untagged);
  return [...found, ...(rehearsal?.refusals ?? [])];
}
