/** Describes problems with a call of AWS, or with an object of this project. */

import { withoutFullStop } from '../../escape';
import { byFacts, type ErrorRows } from '../advice';
import { STATUS, tagCommand } from '../commands';
import type { InDomain, ShownState } from '../states';

/** A policy that refuses a call (IAM User Guide, "access denied error messages"). */
export interface Denial {
  /** `explicit` if the policy forbids the call, and `missing` if no such policy allows it. */
  readonly kind: 'explicit' | 'missing';
  /** `service control policy`, `identity-based policy`, … */
  readonly policy: string;
}

/** The AWS call that failed, with AWS's error. */
export interface FailedCall {
  readonly kind: 'call';
  /** Its name in IAM: `ses:GetEmailIdentity`. */
  readonly action: string;
  /** An ARN, `s3://bucket/key`, or the like. */
  readonly resource: string;
  /** AWS's error and its message; absent if AWS did not refuse the call. */
  readonly awsError?: string;
  readonly awsMessage?: string;
  readonly requestId?: string | undefined;
  /** The policy that refuses, if AWS names one. */
  readonly denial?: Denial;
  /** Whether the request is wrong or its object is missing, so that trying again does not help. */
  readonly isLasting?: true;
  /** Whether AWS does not know a new role yet. */
  readonly arrivesLate?: true;
  /** ARN of the identity in the call, if the account is known. */
  readonly arn?: string;
}

/** Reason why an object of this project cannot be read. */
export type ObjectProblem =
  | { readonly kind: 'missing' | 'foreign' }
  | { readonly kind: 'too-large'; readonly most: number; readonly bytes: number }
  | { readonly kind: 'not-json' }
  /** `found` is absent if the field is inside another one. */
  | { readonly kind: 'field'; readonly field: string; readonly expected: string; readonly found?: string };

/** An object of this project that cannot be read. */
export interface UnreadableObject {
  readonly kind: 'object';
  /** `s3://bucket/key` */
  readonly resource: string;
  readonly object: 'ledger' | 'made-keys' | 'report' | 'other';
  readonly problem: ObjectProblem;
  /** Number of the arming in a ledger, whatever else is wrong with the ledger. */
  readonly arming?: number | undefined;
}

/** Reason why a conditional write was given up. */
export type WriteConflict =
  | { readonly kind: 'once' }
  /** The private key is stored; its DNS information is not. */
  | { readonly kind: 'key-stored' }
  /** Nobody has stored a key. */
  | { readonly kind: 'always'; readonly attempts: number }
  /** Another object, which other runs write as well. */
  | { readonly kind: 'busy'; readonly attempts: number };

/** A defect, or an outage that no code handles. */
interface Unexpected {
  readonly kind: 'unexpected';
  /** Name and message of the error that was thrown. */
  readonly name: string;
  readonly message: string;
}

/** Facts of the errors about calls to AWS, and what they found, by code. */
export interface CallErrors {
  readonly ACCESS_DENIED:
    | FailedCall
    | (InDomain & {
        readonly kind: 'not-tagged';
        readonly action: string;
        readonly resource: string;
        readonly arn: string;
      });
  readonly IDENTITY_NOT_FOUND: InDomain;
  readonly SES_UPDATE_FAILED:
    | FailedCall
    | {
        readonly kind: 'not-shown';
        readonly domain: string;
        readonly expected: { readonly origin: string; readonly selector: string };
        readonly found: ShownState;
      }
    | Unexpected;
  readonly DEPENDENCY_FAILED:
    | FailedCall
    | UnreadableObject
    | Unexpected
    | {
        readonly kind: 'conflict';
        readonly action: string;
        readonly resource: string;
        readonly conflict: WriteConflict;
      }
    /** A notice, or an event, was not sent in time. `seconds` is absent if there was no time left. */
    | {
        readonly kind: 'late';
        readonly action: string;
        readonly resource: string;
        readonly seconds?: number | undefined;
      };
}

/** Owners of each kind of policy, if not an IAM administrator of the account. */
const OWNERS: Readonly<Record<string, string>> = {
  'service control policy': 'the administrators of the AWS organization',
  'resource control policy': 'the administrators of the AWS organization',
  'resource-based policy': 'the owner of that resource',
  'VPC endpoint policy': 'the owner of that endpoint',
};

/** Returns the advice by the policy that refuses, or by the call. */
function todoOfDenied(facts: CallErrors['ACCESS_DENIED']): string | undefined {
  const { action, arn } = facts;
  const { kind, policy = '' } = (facts.kind === 'call' && facts.denial) || {};
  if (kind !== undefined && (kind === 'explicit' || policy !== 'identity-based policy')) {
    const why =
      kind === 'explicit'
        ? `The ${policy} forbids it, whatever the tags and permissions are.`
        : `No ${policy} allows it.`;
    return `${why} Only ${OWNERS[policy] ?? 'an IAM administrator of the account'} can change that.`;
  }
  if (action.startsWith('ses:'))
    return (
      'An identity must carry the tag byodkim=managed before this project may change it. If it is ' +
      `yours to change: \`${tagCommand(arn)}\`. If it has the tag, check the function’s role.`
    );
  return action.startsWith('s3:')
    ? 'Check the function’s role, the bucket’s policy and, for an encrypted object, its KMS key’s policy. ' +
        'Without s3:ListBucket, S3 answers so for a missing object too.'
    : undefined;
}

const whatIsDenied = (facts: CallErrors['ACCESS_DENIED']): string =>
  facts.kind === 'not-tagged'
    ? `The identity ${facts.domain} in ${facts.region} exists, but is not tagged byodkim=managed, so the function may not change ` +
      'it. Nothing was changed.'
    : `The function is not allowed to call ${facts.action} on ${facts.resource}: ${withoutFullStop(facts.awsMessage ?? '')}.`;

/** Describes an AWS call that failed. */
const failedCall = ({ action, resource, awsError, awsMessage = '' }: FailedCall): string =>
  `${action} on ${resource} failed: ${awsError}: ${withoutFullStop(awsMessage)}.`;

/** Describes an object that was found in place of one of this project. */
function describeObjectProblem(problem: ObjectProblem): string {
  switch (problem.kind) {
    case 'missing':
      return 'found nothing';
    case 'foreign':
      return 'found something else';
    case 'too-large':
      return `expected at most ${problem.most} bytes, found ${problem.bytes}`;
    case 'not-json':
      return 'expected JSON';
    case 'field': {
      const found = problem.found === undefined ? '' : `, found ${problem.found}`;
      return `${problem.field}: expected ${problem.expected}${found}`;
    }
  }
}

/** Describes an object of this project that cannot be read. */
function whatIsUnreadable({ object, resource, problem }: UnreadableObject): string {
  const found = describeObjectProblem(problem);
  if (object === 'report')
    return `The audit cannot continue: expected its progress in ${resource}, ${found}.`;
  if (object === 'made-keys')
    return `The list of the keys that this function has made, ${resource}, cannot be read: ${found}. No key was used.`;
  if (object === 'other') return `The object ${resource} was not read: ${found}.`;
  return problem.kind === 'missing'
    ? `A rollback is due, but its ledger ${resource} is gone, so the prior signing state is unknown. SES was not changed.`
    : `The object ${resource} is not a ledger that this project wrote (${found}). Its contents are ignored, and retrying will not help. Nothing was changed.`;
}

/** Advice about an object of this project that cannot be read. */
export const TODO_OF_UNREADABLE = {
  ledger:
    'Restore an earlier version of the object, then run `byodkim revert <domain>`: it rolls back a change that was open, and ' +
    'otherwise does nothing. Delete the object only if there is no such version: the next deploy then takes the current ' +
    'state of SES as the state to roll back to.',
  report: 'Run the audit again.',
  'made-keys': 'Restore an earlier version of the object, then deploy again.',
  other: 'Restore an earlier version of it, or remove it.',
} as const;

function describeConflict(conflict: WriteConflict): string {
  switch (conflict.kind) {
    case 'once':
      return 'another write was in progress';
    case 'key-stored':
      return 'another write to it was in progress. The private key is stored';
    case 'always':
      return `other writes to it were in progress ${conflict.attempts} times, and none of them stored a key. Nothing was written`;
    case 'busy':
      return `other writes to it were in progress ${conflict.attempts} times`;
  }
}

function whatHasFailed(facts: CallErrors['DEPENDENCY_FAILED']): string {
  switch (facts.kind) {
    case 'call':
      return failedCall(facts);
    case 'object':
      return whatIsUnreadable(facts);
    case 'conflict':
      return `${facts.action} on ${facts.resource} failed: ${describeConflict(facts.conflict)}.`;
    case 'late':
      return facts.seconds === undefined
        ? 'No time was left to send it.'
        : `${facts.action} was not answered within ${facts.seconds} s.`;
    case 'unexpected':
      return `Unexpected failure: ${facts.name}: ${withoutFullStop(facts.message)}.`;
  }
}

function whatHasFailedInSes(facts: CallErrors['SES_UPDATE_FAILED']): string {
  if (facts.kind !== 'not-shown') return whatHasFailed(facts);
  const { expected, found } = facts;
  return (
    `SES does not show the state that was set: expected ${expected.origin} with selector ${expected.selector}, found ${found.origin}` +
    `${found.selector ? ` with selector ${found.selector}` : ''}. It may have been changed by others at the same time.`
  );
}

/** Advice if SES throttles: all programs of the account share its rate. */
const OF_SES_RATE =
  'Wait a minute, then try again. SES takes about one such call a second from all programs of the account together: if it goes on, find out ' +
  'which program calls SES (CloudTrail).';

/** Returns the advice about a call that failed, or about an object that cannot be read. */
function todoOfFailure(
  facts: CallErrors['DEPENDENCY_FAILED'] | CallErrors['SES_UPDATE_FAILED'],
): string | undefined {
  switch (facts.kind) {
    case 'object':
      return TODO_OF_UNREADABLE[facts.object];
    case 'unexpected':
      return 'Deploy again; if it fails again, read the function’s log.';
    case 'call':
      if (facts.isLasting) return 'Correct what the error names, then try again.';
      return facts.action.startsWith('ses:') && facts.awsError === 'TooManyRequestsException'
        ? OF_SES_RATE
        : undefined;
    case 'conflict':
    case 'late':
    case 'not-shown':
      return undefined;
  }
}

/** Only the message tells whether the change had begun. */
const MAY_HAVE_CHANGED = 'see the message; otherwise unchanged';

/** Rows of these errors, by code. Markdown, except what happened. */
export const CALL_ROWS: ErrorRows<CallErrors> = {
  ACCESS_DENIED: {
    when: 'The function lacks a permission: the message names the action and the resource.',
    what: whatIsDenied,
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer, or the person whom the advice names',
    todo: byFacts(
      'Tag an identity that existed before with `byodkim=managed`. Otherwise compare the function’s role with docs/permissions.md, and check the policies of the bucket and the KMS key.',
      todoOfDenied,
    ),
    command: STATUS,
  },
  IDENTITY_NOT_FOUND: {
    when: 'SES has no such identity in this region.',
    what: ({ domain, region }) =>
      `SES has no identity ${domain} in ${region}. Expected one that this stack made, or that exists.`,
    who: 'the platform engineer',
    todo: () =>
      'Correct the region or the name of the entry, or leave `identity` out: then the stack makes it.',
  },
  SES_UPDATE_FAILED: {
    when: 'SES failed during the change. The message has its error and the outcome of the rollback.',
    what: whatHasFailedInSes,
    ses: 'rolled back to its earlier state',
    who: 'the platform engineer',
    todo: byFacts('Try again; if it fails again, see the AWS Health Dashboard.', todoOfFailure),
    command: STATUS,
  },
  DEPENDENCY_FAILED: {
    when: 'A call to S3 or the scheduler failed, or a read of SES.',
    what: whatHasFailed,
    ses: MAY_HAVE_CHANGED,
    who: 'the platform engineer',
    todo: byFacts('Try again; if it fails again, see the AWS Health Dashboard.', todoOfFailure),
    command: STATUS,
  },
};
