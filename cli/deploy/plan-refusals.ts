import { isDeepStrictEqual } from 'node:util';
import type { HandlerError, PlannedChange, ResourceChange } from '../engine/engine';
import { type FailureCode, refusalOf } from '../failure-catalogue';

/** Whether a change of a plan breaks a rule. What users add to a stack, under other names than ours, is theirs. */
type Applies = (change: PlannedChange, all: readonly PlannedChange[]) => boolean;

const isLost =
  (addresses: RegExp): Applies =>
  (change) =>
    /^(delete|replace)$/.test(change.action) && addresses.test(change.address) && !isMadeTwice(change);

const OF_KEY_STORE = /^aws_s3_bucket\w*\.\w+_KeyStore_/;

/** What a deploy must not do: private keys, armed reverts or mail would be lost. */
const RULES: readonly (readonly [FailureCode, Applies])[] = [
  ['KEY_STORE_PROTECTED', isLost(OF_KEY_STORE)],
  [
    'CONTROL_PROTECTED',
    isLost(/^(aws_lambda_function\.\w+_Handler_|aws_scheduler_schedule_group\.\w+_Scheduler_)/),
  ],
  ['IDENTITY_PROTECTED', isLost(/^aws_sesv2_email_identity\./)],
  ['REPLACEMENT_REFUSED', isMadeTwice],
  [
    'RECORD_MOVES',
    (change, all) =>
      change.action === 'delete' &&
      all.some(
        ({ action, address }) =>
          action === 'create' && isElsewhere(recordAt(change.address), recordAt(address)),
      ),
  ],
];

/**
 * Whether a plan replaces what can be there once only, since its name is fixed. The engine makes the new one first, which AWS
 * refuses, or which the delete of the earlier one undoes (MAIL FROM, feedback, a role's policy).
 */
function isMadeTwice({ address, action, reason }: PlannedChange): boolean {
  const isFixed = /^(aws_route53_record|aws_iam_role_policy|aws_sesv2_email_identity(_\w+)?)\.Identity_/.test(
    address,
  );
  return isFixed && action === 'replace' && reason !== 'cannot_update';
}

/** Returns the addresses of what a plan replaces only since it is tainted: it was made, and then not read back. */
export const taintedIn = (changes: readonly PlannedChange[]): string[] =>
  changes.filter((each) => each.reason === 'tainted' && isMadeTwice(each)).map(({ address }) => address);

/** Reads a record and its hosted zone from the address of one of ours. */
function recordAt(address: string): { readonly record: string; readonly zone: string } | undefined {
  const [, what = '', zone, rest] =
    /^aws_route53_record\.([\w-]+?-)(Z[A-Z0-9]+)(.*)_[0-9A-F]{8}$/.exec(address) ?? [];
  return zone === undefined ? undefined : { record: what + rest, zone };
}

const isElsewhere = (one: ReturnType<typeof recordAt>, other: ReturnType<typeof recordAt>): boolean =>
  one !== undefined && one.record === other?.record && one.zone !== other.zone;

/** Returns an error for each rule that a plan would break. */
export const planRefusals = (changes: readonly PlannedChange[]): HandlerError[] =>
  RULES.flatMap(([code, applies]) =>
    ofPlan(
      code,
      changes
        .filter((change) => applies(change, changes))
        .map(({ address, action, reason }) => `${action} ${address}${reason ? ` (${reason})` : ''}`),
    ),
  );

const ofPlan = (code: FailureCode, lines: readonly string[]): HandlerError[] =>
  lines.length === 0 ? [] : [refusalOf(code, lines, 'The plan')];

/** Whether a plan changes the key store in place: then `weakeningRefusals` has to read it in full. */
export const touchesKeyStore = (changes: readonly PlannedChange[]): boolean =>
  changes.some(({ address, action }) => action === 'update' && OF_KEY_STORE.test(address));

// biome-ignore lint/suspicious/noExplicitAny: what a plan shows, or a policy
type Part = Readonly<Record<string, any>>;

/** The protection that a resource of the key store gives, by name; its policy is compared apart. None of it may be lost. */
const PROTECTION: Readonly<Record<string, (values: Part) => readonly (string | false)[]>> = {
  aws_s3_bucket_public_access_block: (values) => Object.keys(values).filter((name) => values[name] === true),
  aws_s3_bucket_versioning: (values) => [
    values.versioning_configuration?.[0]?.status === 'Enabled' && 'versioning',
  ],
  aws_s3_bucket_server_side_encryption_configuration: ({ rule }) => {
    const { apply_server_side_encryption_by_default: [{ sse_algorithm = '' } = {} as Part] = [], ...more } =
      rule?.[0] ?? {};
    return [
      sse_algorithm.startsWith('aws:kms') && 'KMS',
      more.blocked_encryption_types?.includes('SSE-C') && 'the refusal of SSE-C',
    ];
  },
};

/**
 * Returns an error if a plan would take away protection of the key store by changing it in place.
 * @param readers of private keys, as the list names them
 * @param functions names of the roles of other regions' functions, which read keys that domains share
 */
export function weakeningRefusals(
  changes: readonly ResourceChange[],
  readers: readonly string[] = [],
  functions: readonly string[] = [],
): HandlerError[] {
  const lost = changes.flatMap(({ address, type, change: { before, after } }) => {
    if (!before || !after || !OF_KEY_STORE.test(address)) return [];
    // What is not known before the apply is not in `after`.
    const planned = { ...before, ...after };
    const gone =
      type === 'aws_s3_bucket_policy'
        ? deniesLess(String(before.policy), String(planned.policy), readers, functions)
        : (PROTECTION[type]?.(before) ?? []).filter(
            (each) => each && !PROTECTION[type]?.(planned).includes(each),
          );
    return gone.map((each) => `update ${address}: without ${each}`);
  });
  return ofPlan('KEY_STORE_PROTECTED', lost);
}

/** Names the statements of a bucket's policy that deny something which the other policy does not deny. */
function deniesLess(
  before: string,
  after: string,
  readers: readonly string[],
  functions: readonly string[],
): string[] {
  const [had, kept] = [denialsIn(before), denialsIn(after)];
  const roleArns = new Set(
    had
      .flatMap(({ Condition }) => listOf<string>(Condition?.ArnNotLike?.[PRINCIPAL] ?? []))
      .map(rolesOfAccount),
  );
  const theirs = [...roleArns].flatMap((roles) => functions.map((name) => `${roles}${name}`));
  return had
    .filter((denial) => !kept.some((other) => isCovered(denial, other, [...readers, ...theirs])))
    .map(({ Sid }) => `all that the statement ${Sid ?? 'without a name'} denies`);
}

function denialsIn(policy: string): Part[] {
  try {
    // What limits the function of another region to the keys that are shared goes with its exception.
    return listOf(JSON.parse(policy).Statement).filter(
      ({ Effect, NotResource }: Part) => Effect === 'Deny' && NotResource === undefined,
    );
  } catch {
    return [];
  }
}

const PRINCIPAL = 'aws:PrincipalArn';
const rolesOfAccount = (arn: string): string => arn.replace(/role\/.*$/, 'role/');

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Whether a statement denies whatever another one does. Only readers of the list may be excepted beside those who were. */
function isCovered(denial: Part, by: Part, readers: readonly string[]): boolean {
  const { Sid: _, Action, Resource, Condition = {}, ...rest } = denial;
  const { Sid: __, Action: actions, Resource: resources, Condition: conditions = {}, ...others } = by;
  const { [PRINCIPAL]: before = [], ...unless } = Condition.ArnNotLike ?? {};
  const { [PRINCIPAL]: after = [], ...unlessNow } = conditions.ArnNotLike ?? {};
  const isExempt = [...listOf<string>(before), ...readers];
  return (
    isDeepStrictEqual(rest, others) &&
    isWithin(Action, actions) &&
    isWithin(Resource, resources) &&
    listOf<string>(after).every((arn) => isExempt.includes(arn)) &&
    Object.entries<Part>({ ...conditions, ArnNotLike: unlessNow }).every(
      ([operator, keys]) =>
        Object.keys(keys).length === 0 ||
        isDeepStrictEqual(keys, operator === 'ArnNotLike' ? unless : Condition[operator]),
    )
  );
}

const isWithin = (narrow: unknown, wide: unknown): boolean =>
  listOf(narrow).every((each) =>
    listOf(wide).some((pattern) => patternOf(String(pattern)).test(String(each))),
  );

/** Returns the pattern of a policy's text, in which `*` matches any text. */
const patternOf = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
