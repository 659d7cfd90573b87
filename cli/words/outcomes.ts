/** Formats the outcomes of stacks, with their reasons and consequences. */

import { oneLine } from '../../handlers/escape';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import { describeUnknown, type WhyUnknown } from '../../handlers/words/report';
import type { ShownState } from '../../handlers/words/states';
import { UNVERIFIED_MAIL, unverifiedMail } from '../../handlers/words/unsigned-mail';
import { type Coded, type FactsIn, wordsBy } from './coded';
import type { HandlerError } from './failures';
import { formatDuration, several } from './format';
import { rowOfCode } from './rows';
import { stateWords } from './signing';
import { type RegionTopic, topicsWords } from './topics';
import { unsignedMailWords } from './unsigned-mail';

/**
 * Outcome of a stack. `waiting` if set, but SES has not verified the record yet. `rolling-back` if a rollback has begun and has
 * not ended. `refused`, `failed`: see the errors.
 */
export type Ended =
  | 'done'
  | 'waiting'
  | 'rolling-back'
  | 'rolled-back'
  | 'unchanged'
  | 'planned'
  | 'refused'
  | 'failed'
  | 'interrupted'
  | 'not-begun';

/** Numbers of resources that a run would change or has changed. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** Fate of a record in DNS after the destroy of its stack. */
export type RecordLeft =
  /** SES signs with it again, or still does. */
  | { readonly kind: 'needed'; readonly recordName: string }
  /** The stack published it. */
  | { readonly kind: 'removed' }
  /** Others publish it, and may remove it on that day. */
  | { readonly kind: 'free'; readonly recordName: string; readonly from: string }
  /** No mail was signed with it, or all of that mail has arrived, so others may remove it. */
  | { readonly kind: 'unused'; readonly recordName: string };

/** Outcome of a stack. */
export interface Outcome {
  readonly stack: string;
  readonly ended: Ended;
  readonly reason: Reason;
  readonly errors: readonly HandlerError[];
  readonly hints: readonly Hint[];
  /** The stack that prevented it from beginning, whose exit code also counts here. */
  readonly because?: Outcome;
  /**
   * The event that the stack waits for, since SES had not verified at its last apply: SES, or SES and another apply
   * (`verification.required`). Absent if it waits for nothing.
   */
  readonly awaits?: 'verification' | 'verification-and-apply';
}

/** Reason why an entry is planned. */
export type PlannedReason =
  /** Its configuration was not applied completely yet. */
  | { readonly code: 'NOT_APPLIED' }
  | { readonly code: 'CONFIGURATION_CHANGED' }
  /** The last deploy did not finish. */
  | { readonly code: 'LEFT_TO_DO' }
  /** An engine works on its state, or was killed there. */
  | { readonly code: 'LOCKED' }
  | { readonly code: 'OTHER_ENGINE' }
  /** The function does not know it. */
  | { readonly code: 'NOT_KNOWN' }
  | { readonly code: 'NOT_ASKED'; readonly error: string }
  | { readonly code: 'NO_LEDGER' }
  /** The function would have to ask SES. */
  | { readonly code: 'FUNCTION_UNSURE'; readonly why: WhyUnknown }
  | { readonly code: 'OUT_OF_STEP' }
  | { readonly code: 'OTHER_IN_FORCE' }
  /** ISO 8601. */
  | { readonly code: 'CHANGED_OUTSIDE'; readonly at: string }
  | { readonly code: 'FINDING'; readonly finding: string }
  | { readonly code: 'CONTROL_CHANGED' }
  /** A control stack whose subscribers SNS does not have, or has no longer. */
  | { readonly code: 'NOT_SUBSCRIBED'; readonly endpoints: readonly string[] }
  /** The environment makes the engine use another state or other settings. */
  | { readonly code: 'ENVIRONMENT' };

/** Entries that a deploy of all entries did not plan, with the basis for it. */
export interface PassedOverSummary {
  readonly count: number;
  /** Time of the oldest read of SES among them. ISO 8601. */
  readonly oldest: string;
  readonly agoMs: number;
  /** Time that a plan of all entries takes. */
  readonly planMs: number;
}

/** Words for the outcome of one stack, and of several. */
const ENDED: Readonly<Record<Ended, readonly [one: string, several: string]>> = {
  done: ['done', 'done'],
  waiting: ['waits for SES', 'wait for SES'],
  'rolling-back': ['is being rolled back', 'are being rolled back'],
  'rolled-back': ['rolled back', 'rolled back'],
  unchanged: ['unchanged', 'unchanged'],
  planned: ['planned', 'planned'],
  refused: ['refused', 'refused'],
  failed: ['failed', 'failed'],
  interrupted: ['interrupted', 'interrupted'],
  'not-begun': ['not begun', 'not begun'],
};

/** Says how stacks ended: `2 wait for SES`. */
export const endedWords = (ended: Ended, count: number): string =>
  `${count} ${ENDED[ended][count === 1 ? 0 : 1]}`;

const applied = ({ add, change, remove }: Counts): string =>
  `${add} added, ${change} changed, ${remove} destroyed`;

const LINE = 200;

/** Reason of a stack's outcome. */
const REASONS = {
  APPLIED: (facts: Counts & { isVerified: boolean }) =>
    `${applied(facts)}${facts.isVerified ? '; SES has verified it' : ''}`,
  CHANGES_PLANNED: ({ add, change, remove }: Counts) =>
    `${add} to add, ${change} to change, ${remove} to destroy`,
  NO_CHANGES: () => 'no changes',
  /** An unchanged control stack that nobody has named. */
  AS_APPLIED: () => 'not planned: unchanged since it was applied',
  /** An entry that needs no engine, with the time of the last read of SES. ISO 8601. */
  IN_STEP: ({ asOf }: { asOf: string }) =>
    `not planned: unchanged since it was applied; its signing was in step with SES at ${asOf}`,
  /** SES has verified since the apply. */
  VERIFIED: () => 'SES has verified it',
  /** The stack is done only once SES has verified (`verification.required`). */
  VERIFICATION_REQUIRED: () => 'the stack is done once SES has verified the key',
  /** The last status in SES. */
  SES_STATUS: ({ status = 'no status' }: { status: string | undefined }) => `SES reports ${status}`,
  /** The function could not be asked. */
  NOT_ASKED: ({ error, message }: { error: string; message: string }) => `not known (${error}: ${message})`,
  NOT_VERIFIED_IN_TIME: () => 'SES did not verify it in time',
  ROLLBACK_NOT_ENDED: () => 'the rollback has begun, and has not ended',
  OVERWRITTEN: () => 'SES has another key or setting now',
  /** The code of the first of its errors. */
  ERROR: ({ error }: { error: string }) => error,
  /** The engine's output, if there is any. */
  ENGINE_FAILED: ({ message, exitCode }: { message: string; exitCode: number }) =>
    oneLine(message.split('\n', 1)[0]!.slice(0, LINE)) || `the engine ended with ${exitCode}`,
  /** The engine completed its current step. */
  INTERRUPTED: () => 'the engine ended in order; run this again',
  INTERRUPTED_BEFORE: () => 'interrupted before its turn',
  NOT_APPROVED: () => 'not approved; nothing was changed',
  /** The plan after untainting has changes that nobody has approved. */
  PLAN_WIDENED: ({ addresses }: { addresses: readonly string[] }) =>
    `after the untainting its plan also changes ${several(addresses)}, which you have not approved; run this again`,
  /** In a destroy, another existing stack needs this one. */
  NEEDED_BY: ({ stack }: { stack: string }) => `${stack} still exists and needs it`,
  /** In a deploy, a stack that this one needs was not deployed. */
  NEEDS: ({ stack }: { stack: string }) => `it needs ${stack}, which was not deployed`,
};

export type Reason = Coded<FactsIn<typeof REASONS>>;

/** Formats the reason of a stack's outcome. */
export const reasonWords = wordsBy(REASONS);

/** Formats a stack's outcome with its reason: `refused: DNS_TXT_NOT_READY`. */
export const outcomeWords = ({ ended, reason }: { ended: Ended; reason: Reason }): string =>
  `${ENDED[ended][0]}: ${reasonWords(reason)}`;

/** Says that a stack waits for SES, with the longest time and the last answer. */
export const waitingForSesWords = (reason: Reason, leftMs: number): string =>
  `${ENDED.waiting[0]}, ${formatDuration(leftMs)} at most: ${reasonWords(reason)}`;

function leftInSes(ses: ShownState | null): string {
  if (ses === null) return 'SES has no identity any more, and refuses mail from it.';
  return `SES now has ${stateWords(ses)}${ses.enabled ? '' : ', switched off'}.`;
}

function leftInDns(record: RecordLeft): string {
  switch (record.kind) {
    case 'needed':
      return `Keep the record ${record.recordName}: SES signs with it.`;
    case 'removed':
      return 'Its records were removed with the stack.';
    case 'free':
      return `Keep the record ${record.recordName} until ${record.from}: mail in transit needs it.`;
    case 'unused':
      return `No mail needs the record ${record.recordName}.`;
  }
}

/** Says that a destroy has undone nothing, and how to undo it. */
const stillInForce = (selector: string): string =>
  `This destroy did not take back selector ${selector}, which is still in force: the state of the stack did not have it. ` +
  'If the state was lost, restore an earlier version of it, or deploy that selector again with `identity: import`; then ' +
  'destroy again. If the state of another checkout or backend has it, destroy there.';

/** Further information or steps. */
const HINTS = {
  /** Advice on another code in the engine's output. */
  ADVICE: ({ error }: { error: string }) => rowOfCode(error)?.todo ?? error,
  /** In a diff: the deploy keeps objects that the engine treats as broken. */
  TAINTED: ({ addresses }: { addresses: readonly string[] }) =>
    `A deploy untaints ${addresses.join(', ')} before it plans, and keeps it.`,
  NEW_CONTROL: () =>
    'The control stack is new. Before a change depends on it, test once that an armed schedule reaches the function: ' +
    '`byodkim drill`. It touches no identity and takes two minutes.',
  NO_TOPICS: () =>
    'No topic is set up (control.topics in the list): no notice is sent of a rollback, of an alarm, or of a record to publish.',
  /** After a deploy of a control stack. */
  UNREAD_TOPIC: (topic: RegionTopic) => topicsWords([topic]),
  /** Subscribers of the list that were not subscribed, or had not confirmed in time. */
  ASKED_AGAIN: ({ endpoints }: { endpoints: readonly string[] }) =>
    `AWS has asked again, since they were not subscribed: ${several(endpoints)}. Each has to confirm with the link in the message from AWS, within 48 hours.`,
  /** A region that shares the domain's key, and whose ledger could not be read. */
  UNASKED_REGION: ({ region, why }: { region: string; why: string }) =>
    `Warning: ${region} could not be asked: ${why} The keys and records that this region signs with were not checked. This did ` +
    'not stop the deploy: only a change that removes a record or replaces a key needs the answer. Until the region answers, ' +
    'leave every record of the domain published.',
  /** SES does not let the domain send until it has verified. */
  MAY_NOT_SEND: () => `Until SES has verified it, mail is ${unverifiedMail(false)}.`,
  /** The receivers' treatment of unsigned mail meanwhile, since not all of them deliver it. */
  UNSIGNED_MAIL: ({ mail }: { mail: UnsignedMail }) => unsignedMailWords(mail).join(' '),
  /** After a destroy, the state of SES is not known. */
  LEFT_UNKNOWN: ({ error }: { error: string }) =>
    `The state of SES is not known (${error}). Run \`byodkim status\`.`,
  /** After a destroy. `ses`: `null`: no identity. */
  LEFT: ({
    ses,
    records,
    privateKey,
    inForce,
  }: {
    ses: ShownState | null;
    /** The records of the list's selector, which is the first, and of each selector that mail may need. */
    records: readonly RecordLeft[];
    /** Place of the private key of the list's selector. */
    privateKey: string;
    /** The selector that is still in force, since the stack's state did not have it. `null`: none is. */
    inForce: string | null;
  }) =>
    [
      leftInSes(ses),
      ...(inForce === null ? [] : [stillInForce(inForce)]),
      ...records.map(leftInDns),
      `Its private key stays at ${privateKey}.`,
    ].join(' '),
  /** After a destroy of an entry that signs with another entry's key. */
  LEFT_AT_HOME: ({ ses, home }: { ses: ShownState | null; home: string }) =>
    `${leftInSes(ses)} The key and the record stay: they belong to ${home}.`,
};

export type Hint = Coded<FactsIn<typeof HINTS>>;

/** Formats a hint. */
export const hintWords = wordsBy(HINTS);

/** Consequences of a stack's outcome. */
const THEN: Partial<Record<Ended, string>> = {
  waiting:
    `SES has not verified it yet; until then mail is ${UNVERIFIED_MAIL}. The function keeps checking, and rolls back ` +
    'what SES does not verify in time: see `byodkim status`.',
  'rolling-back':
    'SES may still have this change, and mail may be refused, or not signed as its domain. The function repeats the rollback until it succeeds; deploy ' +
    'again after that. If `byodkim status` reports ROLLBACK_FAILED, it prints what to do now.',
  'rolled-back': 'It was set, but has since been rolled back or overwritten. See `byodkim status`.',
};

/** Formats the hints about a stack in addition to its errors. */
export const hintsOf = ({ ended, hints }: Pick<Outcome, 'ended' | 'hints'>): string[] => [
  ...hints.map((hint: Hint) => hintWords(hint)),
  ...[THEN[ended] ?? []].flat(),
];

/** Formats the reason why an entry is planned. */
export function plannedWords(reason: PlannedReason): string {
  switch (reason.code) {
    case 'NOT_APPLIED':
      return 'not applied to its end yet';
    case 'CONFIGURATION_CHANGED':
      return 'its configuration has changed';
    case 'LEFT_TO_DO':
      return 'the last deploy left something to do';
    case 'LOCKED':
      return 'its state is locked: another deploy is running, or an engine was killed';
    case 'OTHER_ENGINE':
      return 'another engine applied it last';
    case 'NOT_KNOWN':
      return 'the function knows nothing of it';
    case 'NOT_ASKED':
      return `the function could not be asked (${reason.error})`;
    case 'NO_LEDGER':
      return 'it has no ledger';
    case 'FUNCTION_UNSURE':
      return describeUnknown(reason.why);
    case 'OUT_OF_STEP':
      return 'SES was not in step when it was last seen';
    case 'OTHER_IN_FORCE':
      return 'another selector or change is in force';
    case 'CHANGED_OUTSIDE':
      return `the identity was changed outside this project at ${reason.at}`;
    case 'FINDING':
      return `${reason.finding} was found`;
    case 'CONTROL_CHANGED':
      return 'its control stack has just changed';
    case 'NOT_SUBSCRIBED':
      return `the list names subscribers that are not subscribed: ${several(reason.endpoints)}`;
    case 'ENVIRONMENT':
      return 'TF_WORKSPACE or TF_CLI_ARGS is set';
  }
}

/** Formats the entries that were not planned, with the reason. */
export function passedOverWords({ count, oldest, agoMs, planMs }: PassedOverSummary): string {
  const entries = count === 1 ? '1 entry is' : `${count} entries are`;
  return (
    `${entries} not planned: applied as listed, signing and MAIL FROM in step when last seen, at ${oldest} or later (${formatDuration(agoMs)} ago). ` +
    'Senders, feedback and tags are known from CloudTrail only; SES was not asked. ' +
    `--refresh plans all, including roles, and takes about ${formatDuration(planMs)}.`
  );
}

/** Reasons why a resource takes longer than ten seconds. */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/_DnsGate_/, 'waits for the record in DNS, as gate.waitSeconds says'],
  [/_Signing_/, 'signing is set; waits for SES to verify it, for at most a minute'],
  [/_Confirmation_/, 'waits for SES to verify: the stack is done only then'],
  [/^aws_route53_record\./, 'waits until Route 53 serves the record'],
];

/** Formats the reason why a resource takes longer than ten seconds; undefined if it is not known. */
export const waitAt = (address: string): string | undefined =>
  WAITS.find(([pattern]) => pattern.test(address))?.[1];
