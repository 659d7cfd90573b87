/** Formats the outcomes of stacks, with their reasons and consequences. */

import { oneLine } from '../../handlers/escape';
import { describeUnknown } from '../../handlers/words/report';
import type { ShownState } from '../../handlers/words/states';
import { UNVERIFIED_MAIL, unverifiedMail } from '../../handlers/words/unsigned-mail';
import type { Coded } from '../facts/coded';
import type {
  Counts,
  Ended,
  Hint,
  HintFacts,
  Outcome,
  PassedOver,
  PlannedReason,
  Reason,
  ReasonFacts,
  RecordLeft,
} from '../facts/outcomes';
import { formatDuration, several } from './format';
import { rowOfCode } from './rows';
import { stateWords } from './signing';
import { topicsWords } from './topics';
import { unsignedMailWords } from './unsigned-mail';

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

const REASONS: { readonly [Code in keyof ReasonFacts]: (facts: ReasonFacts[Code]) => string } = {
  APPLIED: (facts) => `${applied(facts)}${facts.isVerified ? '; SES has verified it' : ''}`,
  CHANGES_PLANNED: ({ add, change, remove }) => `${add} to add, ${change} to change, ${remove} to destroy`,
  NO_CHANGES: () => 'no changes',
  AS_APPLIED: () => 'not planned: unchanged since it was applied',
  IN_STEP: ({ asOf }) =>
    `not planned: unchanged since it was applied; its signing was in step with SES at ${asOf}`,
  VERIFIED: () => 'SES has verified it',
  VERIFICATION_REQUIRED: () => 'the stack is done once SES has verified the key',
  SES_STATUS: ({ status = 'no status' }) => `SES reports ${status}`,
  NOT_ASKED: ({ error, message }) => `not known (${error}: ${message})`,
  NOT_VERIFIED_IN_TIME: () => 'SES did not verify it in time',
  ROLLBACK_NOT_ENDED: () => 'the rollback has begun, and has not ended',
  OVERWRITTEN: () => 'SES has another key or setting now',
  ERROR: ({ error }) => error,
  ENGINE_FAILED: ({ message, exitCode }) =>
    oneLine(message.split('\n', 1)[0]!.slice(0, LINE)) || `the engine ended with ${exitCode}`,
  INTERRUPTED: () => 'the engine ended in order; run this again',
  INTERRUPTED_BEFORE: () => 'interrupted before its turn',
  NOT_APPROVED: () => 'not approved; nothing was changed',
  PLAN_WIDENED: ({ addresses }) =>
    `after the untainting its plan also changes ${several(addresses)}, which you have not approved; run this again`,
  NEEDED_BY: ({ stack }) => `${stack} still exists and needs it`,
  NEEDS: ({ stack }) => `it needs ${stack}, which was not deployed`,
};

/** Formats the reason of a stack's outcome. */
export function reasonWords<Code extends keyof ReasonFacts>(reason: Coded<ReasonFacts, Code>): string {
  return REASONS[reason.code](reason.facts);
}

/** Formats a stack's outcome with its reason: `refused: DNS_TXT_NOT_READY`. */
export const outcomeWords = ({ ended, reason }: { readonly ended: Ended; readonly reason: Reason }): string =>
  `${ENDED[ended][0]}: ${reasonWords(reason)}`;

/** Says that a stack waits for SES, with the longest time and the last answer. */
export const waitingWords = (reason: Reason, leftMs: number): string =>
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

const HINTS: { readonly [Code in keyof HintFacts]: (facts: HintFacts[Code]) => string } = {
  ADVICE: ({ error }) => rowOfCode(error)?.todo ?? error,
  TAINTED: ({ addresses }) => `A deploy untaints ${addresses.join(', ')} before it plans, and keeps it.`,
  NEW_CONTROL: () =>
    'The control stack is new. Before a change depends on it, test once that an armed schedule reaches the function: ' +
    '`byodkim drill`. It touches no identity and takes two minutes.',
  NO_TOPICS: () =>
    'No topic is set up (control.topics in the list): no notice is sent of a rollback, of an alarm, or of a record to publish.',
  UNREAD_TOPIC: (topic) => topicsWords([topic]),
  ASKED_AGAIN: ({ endpoints }) =>
    `AWS has asked again, since they were not subscribed: ${several(endpoints)}. Each address confirms with the link in the mail, within 48 hours.`,
  UNASKED_REGION: ({ region, why }) =>
    `Warning: ${region} could not be asked: ${why} The keys and records that this region signs with were not checked. This did ` +
    'not stop the deploy: only a change that removes a record or replaces a key needs the answer. Until the region answers, ' +
    'leave every record of the domain published.',
  MAY_NOT_SEND: () => `Until SES has verified it, mail is ${unverifiedMail(false)}.`,
  UNSIGNED_MAIL: ({ mail }) => unsignedMailWords(mail).join(' '),
  LEFT_UNKNOWN: ({ error }) => `The state of SES is not known (${error}). Run \`byodkim status\`.`,
  LEFT: ({ ses, records, privateKey, inForce }) =>
    [
      leftInSes(ses),
      ...(inForce === null ? [] : [stillInForce(inForce)]),
      ...records.map(leftInDns),
      `Its private key stays at ${privateKey}.`,
    ].join(' '),
  LEFT_AT_HOME: ({ ses, home }) => `${leftInSes(ses)} The key and the record stay: they belong to ${home}.`,
};

/** Formats a hint. */
export function hintWords<Code extends keyof HintFacts>(hint: Coded<HintFacts, Code>): string {
  return HINTS[hint.code](hint.facts);
}

/** Consequences of a stack's outcome. */
const THEN: Partial<Record<Ended, string>> = {
  waiting:
    `SES has not verified it yet; until then mail is ${UNVERIFIED_MAIL}. The function keeps checking, and rolls back ` +
    'what SES does not verify in time: see `byodkim status`.',
  'rolling-back':
    'SES may still have this change, and mail may be refused, or not signed as its domain. The function repeats the rollback until it succeeds; deploy ' +
    'again after that. If `byodkim status` reports ROLLBACK_FAILED, it prints what to do now.',
  'rolled-back': 'It was set, and has been rolled back or overwritten since. See `byodkim status`.',
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
export function passedOverWords({ count, oldest, agoMs, planMs }: PassedOver): string {
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
