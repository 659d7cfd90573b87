import { isDeepStrictEqual } from 'node:util';
import { KEY_PREFIX, RECORD_PREFIX } from '../../handlers/contract/contract';
import type { ListedDomain } from '../../list/domain-list';
import type { AppliedState } from '../engine/applied-state';
import type { PlannedChange, ResourceChange } from '../engine/engine';
import { OF_MAIL_FROM } from '../engine/refused-states';
import { refuseRun, refuseWeakening } from '../errors/failure-catalogue';
import type { HandlerError, RunRefusalCode } from '../words/failures';
import type { Protection } from '../words/refusals';

/** Checks whether a change in a plan breaks a rule. Resources that users add to a stack under other names are their own. */
type Applies = (change: PlannedChange, all: readonly PlannedChange[]) => boolean;

const isLost =
  (addresses: RegExp): Applies =>
  (change) =>
    /^(delete|replace)$/.test(change.action) && addresses.test(change.address) && !isMadeTwice(change);

const OF_KEY_STORE = /^aws_s3_bucket\w*\.\w+_KeyStore_/;

/** Changes that a deploy must not make, since private keys, armed reverts or mail would be lost. */
const RULES: readonly (readonly [RunRefusalCode, Applies])[] = [
  ['KEY_STORE_PROTECTED', isLost(OF_KEY_STORE)],
  [
    'CONTROL_PROTECTED',
    isLost(/^(aws_lambda_function\.\w+_Handler_|aws_scheduler_schedule_group\.\w+_Scheduler_)/),
  ],
  ['IDENTITY_PROTECTED', isLost(/^aws_sesv2_email_identity\./)],
  ['REPLACEMENT_REFUSED', isMadeTwice],
  ['RECORD_MOVES', isMoved],
  ['MAIL_FROM_STILL_NEEDED', isMailFromLost],
];

/**
 * Objects in an entry's stack that can exist only once, since their names are fixed. The engine makes the new object first,
 * which AWS refuses, or which the delete of the earlier one undoes (MAIL FROM, feedback, a role's policy).
 */
const FIXED = /^(aws_route53_record|aws_iam_role_policy|aws_sesv2_email_identity(_\w+)?)\.Identity_/;

/**
 * All of our objects in a control stack. The objects with keys and reverts are not replaced because one read of them failed.
 */
const OF_CONTROL = /^aws_\w+\.Byodkim_/;

/** Checks whether a plan would make an object again that a deploy keeps, since nobody has changed it in the list. */
function isMadeTwice({ address, action, reason }: PlannedChange): boolean {
  if (action !== 'replace') return false;
  if (FIXED.test(address)) return reason !== 'cannot_update';
  return OF_CONTROL.test(address) && reason === 'tainted';
}

/** Returns the tainted addresses in a state that a deploy keeps, since the objects were made and only not read back. */
export const keptOfTainted = ({ tainted }: Pick<AppliedState, 'tainted'>): string[] =>
  tainted.filter((address) => FIXED.test(address) || OF_CONTROL.test(address));

/** Checks whether a plan would make one of our records in another hosted zone and delete this one. */
function isMoved({ action, address }: PlannedChange, all: readonly PlannedChange[]): boolean {
  const isThere = (each: PlannedChange): boolean =>
    // After an interrupted replacement, the next plan deletes and makes an object at one address.
    each.action === 'create' &&
    each.address !== address &&
    withoutZone(each.address) === withoutZone(address);
  return action === 'delete' && all.some(isThere);
}

/**
 * Checks whether a plan would delete a MAIL FROM record and make none of the same name. Mail that SES has sent with an earlier
 * name still returns there, so records of another name take nothing over.
 */
function isMailFromLost(change: PlannedChange, all: readonly PlannedChange[]): boolean {
  return change.action === 'delete' && OF_MAIL_FROM.test(change.address) && !isMoved(change, all);
}

const withoutZone = (address: string): string =>
  address.replace(/^(aws_route53_record\.[\w-]+?-)Z[A-Z0-9]+(.*)_[0-9A-F]{8}$/, '$1$2');

/**
 * Returns an error for each rule that a plan would break.
 * @param listed the entry of the list; absent for a control stack
 */
export const planRefusals = (
  changes: readonly PlannedChange[],
  listed?: Pick<ListedDomain, 'mailFrom'>,
): HandlerError[] =>
  RULES.filter(([code]) => code !== 'MAIL_FROM_STILL_NEEDED' || listed?.mailFrom !== undefined).flatMap(
    ([code, applies]) =>
      ofPlan(
        code,
        changes
          .filter((change) => applies(change, changes))
          .map(({ address, action, reason }) => `${action} ${address}${reason ? ` (${reason})` : ''}`),
      ),
  );

const ofPlan = (code: RunRefusalCode, lines: readonly string[]): HandlerError[] =>
  lines.length === 0 ? [] : [refuseRun(code, lines)];

// biome-ignore lint/suspicious/noExplicitAny: what a plan shows, or a policy
type Part = Readonly<Record<string, any>>;

/** Protection that each resource of the key store gives. None of it may be lost. The policy is compared separately. */
const PROTECTIONS: Readonly<Record<string, (values: Part) => readonly Protection[]>> = {
  aws_s3_bucket_public_access_block: (values) =>
    Object.keys(values)
      .filter((name) => values[name] === true)
      .map(setting),
  aws_s3_bucket_versioning: (values) =>
    values.versioning_configuration?.[0]?.status === 'Enabled' ? [setting('versioning')] : [],
  aws_s3_bucket_server_side_encryption_configuration: ({ rule }) => {
    const { apply_server_side_encryption_by_default: [{ sse_algorithm = '' } = {} as Part] = [], ...more } =
      rule?.[0] ?? {};
    return [
      ...(sse_algorithm.startsWith('aws:kms') ? [setting('KMS')] : []),
      ...(more.blocked_encryption_types?.includes('SSE-C') ? [{ kind: 'sse-c-refused' } as const] : []),
    ];
  },
};

function setting(name: string): Protection {
  return { kind: 'setting', name };
}

/** Principals that the list exempts from a denial in the key store's policy. */
export interface Excepted {
  /** ARNs that may read private keys. */
  readonly readers?: readonly string[] | undefined;
  /** ARNs that may store keys and records. */
  readonly writers?: readonly string[] | undefined;
  /** Names of the roles, with their path, of other regions' functions, which read keys that domains share. */
  readonly functions?: readonly string[];
}

/** Returns an error if a plan would take away protection of the key store by changing it in place. */
export function weakeningRefusals(
  changes: readonly ResourceChange[],
  excepted: Excepted = {},
): HandlerError[] {
  const lost = changes.flatMap(({ address, type, change: { before, after } }) => {
    if (!before || !after || !OF_KEY_STORE.test(address)) return [];
    // `after` lacks the values that are not known before the apply.
    const planned = { ...before, ...after };
    const gone =
      type === 'aws_s3_bucket_policy'
        ? deniesLess(String(before.policy), String(planned.policy), excepted)
        : lostProtections(PROTECTIONS[type], before, planned);
    return gone.map((each) => ({ address, lost: each }));
  });
  return lost.length === 0 ? [] : [refuseWeakening(lost)];
}

function lostProtections(
  protectionsOf: (values: Part) => readonly Protection[] = () => [],
  before: Part,
  planned: Part,
): Protection[] {
  const kept = protectionsOf(planned);
  return protectionsOf(before).filter((each) => !kept.some((other) => isDeepStrictEqual(each, other)));
}

/** Returns the statements of a bucket's policy that deny something that the other policy does not. */
function deniesLess(before: string, after: string, excepted: Excepted): Protection[] {
  const kept = denialsIn(after);
  const isKept = (denial: Denial): boolean => {
    const exempt = [...denial.exempt, ...exceptedFrom(denial, excepted)];
    return kept.some(
      (by) =>
        isDeepStrictEqual(denial.others, by.others) &&
        isWithin(denial.actions, by.actions) &&
        isWithin(denial.resources, by.resources) &&
        by.exempt.every((arn) => exempt.includes(arn)) &&
        by.conditions.every((each) => denial.conditions.includes(each)),
    );
  };
  return denialsIn(before)
    .filter((denial) => !isKept(denial))
    .map(({ sid }) => ({ kind: 'denials', statement: sid }));
}

/**
 * Returns the principals that the list exempts from a denial: each role from the denials for its purpose, and nobody from the
 * others.
 */
function exceptedFrom(
  { actions, resources, exempt }: Denial,
  { readers = [], writers = [], functions = [] }: Excepted,
): readonly string[] {
  const isOf = (...prefixes: string[]): boolean =>
    resources.every((arn) => prefixes.some((prefix) => arn.endsWith(`/${prefix}*`)));
  if (!isOf(KEY_PREFIX, RECORD_PREFIX)) return [];
  if (actions.some((action) => action.startsWith('s3:Put'))) return writers;
  const theirs = functions.flatMap((name) => exempt.map((arn) => arn.replace(/role\/.*$/, `role/${name}`)));
  return [...readers, ...theirs];
}

/** The compared parts of a statement that denies. */
interface Denial {
  /** Its name, if it has one. */
  readonly sid: string | undefined;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Principals that are exempt from it. */
  readonly exempt: readonly string[];
  readonly conditions: readonly string[];
  readonly others: Part;
}

/** Returns the statements of a policy that deny. */
const denialsIn = (policy: string): Denial[] =>
  listOf<Part>(JSON.parse(policy).Statement)
    // The statement that limits the function of another region to shared keys belongs to its exemption.
    .filter(({ Effect, NotResource }) => Effect === 'Deny' && NotResource === undefined)
    .map(({ Sid: sid, Action, Resource, Condition = {}, ...others }) => {
      const { 'aws:PrincipalArn': exempt = [], ...unless } = Condition.ArnNotLike ?? {};
      const conditions = Object.entries<Part>({ ...Condition, ArnNotLike: unless }).flatMap(
        ([operator, keys]) => Object.entries(keys).map((each) => JSON.stringify([operator, ...each])),
      );
      const [actions, resources] = [listOf<string>(Action), listOf<string>(Resource)];
      return { sid, actions, resources, exempt: listOf<string>(exempt), conditions, others };
    });

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Checks whether each text is one of the others, in which `*` matches any text. */
const isWithin = (narrow: readonly string[], wide: readonly string[]): boolean => {
  const patterns = wide.map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*'));
  return narrow.every((each) => patterns.some((pattern) => new RegExp(`^${pattern}$`).test(each)));
};
