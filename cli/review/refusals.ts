import type { Inspected } from '../../handlers/inspection/inspect';
import { inRegion, keyStoreBucketOf, type ListedDomain } from '../../list/domain-list';
import type { ControlSettings } from '../../list/schema';
import type { StatusAnswer } from '../aws/function';
import { findHandlerErrors } from '../engine/engine';
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
    return (
      '`control.functionName`: the function cannot be renamed while domains are deployed. Armed reverts would be lost, and no ' +
      'domain could be changed or destroyed.'
    );
  const isMadeBucket =
    (path === 'control.keyStore.bucket' && (before === undefined || typeof before === 'string')) ||
    (path === 'control.keyStore.bucket.existing' && before === undefined);
  if (!isMadeBucket) return undefined;
  return (
    '`control.keyStore.bucket`: the control stack has made another bucket, with keys and ledgers that do not move by ' +
    'themselves. The bucket cannot be changed after the first deploy.'
  );
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
  const { before } = change;
  if (change.kind === 'removed') {
    if (sharing.length === 0) return [];
    return refusal(
      `\`${before.stack}\`: it has the key and the record that ${sharing.map((each) => `\`${each}\``).join(', ')} signs with. First ` +
        'move the home: deploy a new selector for all, with `createKey` at another one. Then destroy this one, and remove its entry last.',
      [deployed],
    );
  }
  const { after } = change;
  if (before.region !== after.region)
    return refusal(
      `\`${after.stack}\`: the region of an entry must not change; found ${after.region}, expected ${before.region}, where its ` +
        `key is. To move the domain, add \`${after.domain}@${after.region}\` with a new selector, deploy it, send mail ` +
        `through ${after.region}, then run \`byodkim destroy ${before.stack}\` and remove that entry.`,
      [deployed],
    );
  const [from, to] = [before.record?.hostedZoneId, after.record?.hostedZoneId];
  if (from !== undefined && to !== undefined && from !== to)
    return refusal(
      `\`${after.stack}\`: the records move from hosted zone ${from} to ${to}. Take the earlier ones out of the state first (\`state rm\`).`,
      [deployed],
    );
  if (before.identity === 'existing' && (after.identity ?? 'managed') === 'managed')
    return refusal(
      `\`${after.stack}\`: the stack would make an identity that exists. Write \`identity: import\`.`,
      [deployed],
    );
  if (before.identity === 'existing' || after.identity !== 'existing') return [];
  return refusal(
    `\`${after.stack}\`: with \`identity: existing\` the stack lets go of the identity that it manages, and the engine would ` +
      'delete it. Take it out of the state first (`state rm`).',
    [deployed],
  );
}

/** An error that a deploy of an entry would end with before it changes SES. */
export interface DeployRefusal {
  readonly code: string;
  readonly message: string;
  /** @default what the row of the code says */
  readonly advice?: string | undefined;
}

/** Returns the errors of an entry that do not depend on DNS, by what the function knows and what its plan would read. */
export function refusalsOfEntry(
  { identity = 'managed', domain, region }: ListedDomain,
  { ses, transaction }: StatusAnswer,
  { refusal, rehearsal }: Inspected,
): DeployRefusal[] {
  const found: DeployRefusal[] = [];
  if (identity !== 'managed' && ses === null)
    found.push({
      code: 'IDENTITY_NOT_FOUND',
      message: `SES has no identity ${domain} in ${region}, and \`identity: ${identity}\` does not make one.`,
    });
  if (identity === 'managed' && ses !== null && transaction === null)
    found.push({
      code: 'IDENTITY_EXISTS',
      message: `SES has the identity ${domain} already.`,
    });
  if (refusal !== undefined) {
    // NOT_ALLOWED: the list is held to its own `control.allow`, which the deploy brings to the function first.
    found.push(...findHandlerErrors(refusal).filter(({ code }) => code !== 'NOT_ALLOWED'));
  }
  if (identity === 'existing' && rehearsal?.untagged) found.push(rehearsal.untagged);
  return [...found, ...(rehearsal?.refusals ?? [])];
}
