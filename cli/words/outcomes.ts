/** Formats how stacks ended, why, and what follows. */
import { oneLine } from '../../handlers/escape';
import type { ShownState } from '../../handlers/facts/errors';
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
import { formatDuration } from './format';
import { rowOfCode } from './rows';
import { stateWords } from './signing';

/** How one stack ended, and several. */
const ENDED: Readonly<Record<Ended, readonly [one: string, several: string]>> = {
  done: ['done', 'done'],
  waiting: ['waits for SES', 'wait for SES'],
  'rolled-back': ['rolled back', 'rolled back'],
  unchanged: ['unchanged', 'unchanged'],
  planned: ['planned', 'planned'],
  refused: ['refused', 'refused'],
  failed: ['failed', 'failed'],
  interrupted: ['interrupted', 'interrupted'],
  'not-begun': ['not begun', 'not begun'],
};

/** Formats how stacks ended: `2 wait for SES`. */
export const endedWords = (ended: Ended, count: number): string =>
  `${count} ${ENDED[ended][count === 1 ? 0 : 1]}`;

const applied = ({ add, change, remove }: Counts): string =>
  `${add} added, ${change} changed, ${remove} destroyed`;

const LINE = 200;

const REASONS: { readonly [Code in keyof ReasonFacts]: (facts: ReasonFacts[Code]) => string } = {
  applied: (facts) => `${applied(facts)}${facts.isVerified ? '; SES has verified it' : ''}`,
  'changes-planned': ({ add, change, remove }) => `${add} to add, ${change} to change, ${remove} to destroy`,
  'no-changes': () => 'no changes',
  'as-applied': () => 'not planned: as it was applied',
  'in-step': ({ asOf }) => `not planned: as it was applied; its signing was in step with SES at ${asOf}`,
  verified: () => 'SES has verified it',
  'verification-required': () => 'the stack is done once SES has verified it',
  'ses-status': ({ status = 'no status' }) => `SES reports ${status}`,
  'not-asked': ({ error, message }) => `not known (${error}: ${message})`,
  'not-verified-in-time': () => 'SES did not verify it in time',
  overwritten: () => 'SES has another key or setting now',
  error: ({ error }) => error,
  'engine-failed': ({ message, exitCode }) =>
    oneLine(message.split('\n', 1)[0]!.slice(0, LINE)) || `the engine ended with ${exitCode}`,
  interrupted: () => 'the engine ended in order; run this again',
  'interrupted-before': () => 'interrupted before its turn',
  'not-approved': () => 'not approved; nothing was changed',
  'needed-by': ({ stack }) => `${stack} still exists and needs it`,
  needs: ({ stack }) => `it needs ${stack}, which was not deployed`,
};

/** Formats why a stack ended as it did. */
export function reasonWords<Code extends keyof ReasonFacts>(reason: {
  readonly code: Code;
  readonly facts: ReasonFacts[Code];
}): string {
  return REASONS[reason.code](reason.facts);
}

/** Formats how a stack ended, and why: `refused: DNS_TXT_NOT_READY`. */
export const outcomeWords = ({ ended, reason }: { readonly ended: Ended; readonly reason: Reason }): string =>
  `${ENDED[ended][0]}: ${reasonWords(reason)}`;

/** Formats that a stack waits for SES, for how long at most, and the last answer. */
export const waitingWords = (reason: Reason, leftMs: number): string =>
  `${ENDED.waiting[0]}, ${formatDuration(leftMs)} at most: ${reasonWords(reason)}`;

function leftInSes(ses: ShownState | null): string {
  if (ses === null) return 'SES has no identity any more, and refuses mail from it.';
  return `SES now has ${stateWords(ses)}${ses.enabled ? '' : ', switched off'}.`;
}

function leftInDns(record: RecordLeft): string {
  switch (record.kind) {
    case 'needed':
      return `Keep its record ${record.recordName}: SES signs with it.`;
    case 'removed':
      return 'Its records were removed with the stack.';
    case 'free':
      return `Keep its record ${record.recordName} until ${record.from}: mail in transit needs it.`;
  }
}

const HINTS: { readonly [Code in keyof HintFacts]: (facts: HintFacts[Code]) => string } = {
  advice: ({ error }) => rowOfCode(error)?.todo ?? error,
  tainted: ({ addresses }) => `A deploy untaints ${addresses.join(', ')} before it plans, and keeps it.`,
  'new-control': () =>
    'The control stack is new. Before a change depends on it, test once that an armed schedule reaches the function: ' +
    '`byodkim drill`. It touches no identity and takes two minutes.',
  'no-topics': () =>
    'No topic is set up (control.topics in the list): no notice is sent of a rollback, of an alarm, or of a record to publish.',
  'left-unknown': ({ error }) => `The state of SES is not known (${error}). Run \`byodkim status\`.`,
  left: ({ ses, record, privateKey }) =>
    `${leftInSes(ses)} ${leftInDns(record)} Its private key stays at ${privateKey}.`,
  'left-at-home': ({ ses, home }) => `${leftInSes(ses)} The key and the record stay: they belong to ${home}.`,
};

/** Formats a hint. */
export function hintWords<Code extends keyof HintFacts>(hint: {
  readonly code: Code;
  readonly facts: HintFacts[Code];
}): string {
  return HINTS[hint.code](hint.facts);
}

/** What follows from the way in which a stack ended. */
const THEN: Partial<Record<Ended, string>> = {
  waiting:
    'SES has not verified it yet; until then mail goes out without this signature. The function keeps checking, and rolls back ' +
    'what SES does not verify in time: see `byodkim status`.',
  'rolled-back': 'It was set, and has been rolled back or overwritten since. See `byodkim status`.',
};

/** Formats all that is worth knowing of a stack in addition to its errors. */
export const hintsOf = ({ ended, hints }: Pick<Outcome, 'ended' | 'hints'>): string[] => [
  ...hints.map((hint: Hint) => hintWords(hint)),
  ...[THEN[ended] ?? []].flat(),
];

/** Formats why an entry is planned. */
export function plannedWords(reason: PlannedReason): string {
  switch (reason.code) {
    case 'not-applied':
      return 'not applied to its end yet';
    case 'configuration-changed':
      return 'its configuration has changed';
    case 'left-to-do':
      return 'the last deploy left something to do';
    case 'other-engine':
      return 'another engine applied it last';
    case 'not-known':
      return 'the function knows nothing of it';
    case 'not-asked':
      return `the function could not be asked (${reason.error})`;
    case 'no-ledger':
      return 'it has no ledger';
    case 'function-unsure':
      return reason.why;
    case 'out-of-step':
      return 'SES was not in step when it was last seen';
    case 'other-in-force':
      return 'another selector or change is in force';
    case 'changed-outside':
      return `the identity was changed outside this project at ${reason.at}`;
    case 'finding':
      return `the audit found ${reason.finding}`;
    case 'control-changed':
      return 'its control stack has just changed';
    case 'environment':
      return 'TF_WORKSPACE or TF_CLI_ARGS is set';
  }
}

/** Formats what was not planned, and on what that rests. */
export function passedOverWords({ count, oldest, agoMs, planMs }: PassedOver): string {
  const entries = count === 1 ? '1 entry is' : `${count} entries are`;
  return (
    `${entries} not planned: applied as listed, signing and MAIL FROM in step when last seen, at ${oldest} or later (${formatDuration(agoMs)} ago). ` +
    'Senders, feedback and tags are known from CloudTrail only; SES was not asked. ' +
    `--refresh plans all, including roles, and takes about ${formatDuration(planMs)}.`
  );
}

/** Why a resource takes longer than ten seconds. */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/_DnsGate_/, 'waits for the record in DNS, as gate.waitSeconds says'],
  [/_Signing_/, 'signing is set; waits for SES to verify it, a minute at most'],
  [/_Confirmation_/, 'waits for SES to verify: the stack is done only then'],
  [/^aws_route53_record\./, 'waits until Route 53 serves the record'],
];

/** Formats why a resource takes longer than ten seconds; undefined if it is not known. */
export const waitAt = (address: string): string | undefined =>
  WAITS.find(([pattern]) => pattern.test(address))?.[1];
