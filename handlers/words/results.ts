import { counted } from './counted';
import { describeProofWarning, type ProofWarning } from './gate';
import { describeNotRestorable, type NotRestorable } from './not-restorable';
import { type AskedRemoval, askedToRemove, askToKeep } from './removal';
import {
  type SubscriberCount,
  type Subscribers,
  TOPIC_WORDS,
  type TopicName,
  type TopicState,
} from './topics';

/** Reason why a notice is intentionally not sent. */
export type NotSent =
  /** None of these topics is set. */
  | { readonly kind: 'no-topic'; readonly topics: readonly TopicName[] }
  | {
      readonly kind:
        | 'not-asked-for'
        | 'published'
        | 'foreign-record'
        | 'nothing-new'
        | 'no-problems'
        | 'read-only'
        | 'known-failure'
        | 'published-by-stack'
        | 'still-needed';
    }
  /** `at`: ISO 8601. */
  | { readonly kind: 'notified'; readonly at: string }
  | { readonly kind: 'notified-lately'; readonly at: string; readonly minutes: number };

export type RestoredState =
  | { readonly kind: 'identity-gone' | 'untouched' }
  | {
      readonly kind: 'prior-state';
      readonly origin: 'byodkim' | 'easy-dkim';
      /** Present only with `byodkim`. */
      readonly selector?: string | undefined;
      readonly enabled: boolean;
      /** New tokens, whose records have to be published. */
      readonly otherTokens?: readonly string[] | undefined;
    }
  /** The prior state could not be restored. */
  | { readonly kind: 'switched-off'; readonly reason: NotRestorable | string }
  /** SES was not changed. */
  | { readonly kind: 'set-by-others'; readonly selector: string }
  | { readonly kind: 'not-restorable'; readonly problem: string }
  | {
      readonly kind: 'still-set';
      readonly selector?: string | undefined;
      readonly enabled: boolean;
      readonly doubt: Doubt;
    };

/** Reason why a destroy that owns nothing may be wrong. */
export type Doubt =
  /** The ledger is gone, an earlier version of it was restored, or all stacks that it records are newer. */
  | { readonly kind: 'unknown-stack'; readonly recorded: number }
  /** The ledger is gone, an earlier version of it was restored, or a call has arrived late. */
  | { readonly kind: 'no-owner' };

/** The reason why nothing was done. */
export type NothingDone =
  | {
      readonly kind:
        | 'nothing-open'
        | 'nothing-set'
        | 'not-owned'
        | 'identity-gone'
        | 'set-since'
        | 'not-in-force';
    }
  | { readonly kind: 'nothing-to-confirm' }
  | { readonly kind: 'taken-over' | 'not-awaited'; readonly transaction: string }
  | { readonly kind: 'verified'; readonly selector: string }
  | { readonly kind: 'pending'; readonly selector: string; readonly checksAt: string }
  | { readonly kind: 'failed-again'; readonly problem: string };

/** The content of an answer. */
export type RevertResult = RestoredState | NothingDone;

/** State of a change at the end of its call. */
export type ChangeStanding =
  | { readonly kind: 'verified' }
  /**
   * SES has not verified it. `revertsAt` is the time at which a confirmed change is rolled back unless SES verifies it. ISO
   * 8601.
   */
  | { readonly kind: 'pending'; readonly revertsAt?: string | undefined };

/** What a person should know at the end of a change. */
export type ChangeWarning =
  /** The schedule fires once more and does nothing. */
  | { readonly kind: 'schedule-left'; readonly schedule: string }
  /** The DNS team was asked to remove the record of the selector. */
  | ({ readonly kind: 'removal-withdrawn' | 'removal-not-withdrawn' } & AskedRemoval);

/** Result of a change that failed. */
export type RollbackEnding =
  | { readonly kind: 'untouched' }
  | {
      /** `left` if it could not be rolled back, and nothing tries it again. */
      readonly kind: 'rolled-back' | 'as-it-was' | 'left';
      readonly state: RestoredState;
      /** Time at which SES is checked again, since a call that was not answered may still arrive. ISO 8601. */
      readonly checkedAt?: string | undefined;
      /** The run that records it in the ledger, since this run could not. */
      readonly recordedBy?: 'revert' | 'deploy' | undefined;
    };

/** Result of a drill's firing. */
export interface DrillFiring {
  readonly kind: 'drill-fired' | 'drill-not-awaited';
  readonly drill: string;
}

/** Parts of an answer without facts, each as a clause. */
const OUTCOMES = {
  'identity-gone': 'the identity no longer exists',
  untouched: 'nothing was changed',
  'nothing-open': 'nothing is waiting for a confirmation, or for SES',
  'nothing-to-confirm': 'nothing is waiting for a confirmation',
  'nothing-set': 'nothing is set for this domain',
  'not-owned': 'the signing state does not belong to this stack, or no longer',
  'set-since': 'another state was set since: SES was not changed',
  'not-in-force': 'the change is not in force in SES; deploy again',
} as const;

/** Describes, in a clause, the action or the reason why there was none. */
export function describeOutcome(outcome: RevertResult): string {
  switch (outcome.kind) {
    case 'prior-state': {
      const { origin, selector, enabled, otherTokens } = outcome;
      const state = origin === 'byodkim' ? `BYODKIM selector ${selector}` : 'Easy DKIM';
      const tokens =
        otherTokens === undefined
          ? ''
          : `, but with other tokens than before: publish CNAME records for ${otherTokens.join(', ')}`;
      return `${state} as before (signing ${enabled ? 'on' : 'off'})${tokens}`;
    }
    case 'switched-off':
      return `signing is switched off: the prior state could not be restored (${describeNotRestorable(outcome.reason)})`;
    case 'set-by-others':
      return `SES was not changed: selector ${outcome.selector} was set outside this project, and its private key is not in the key store`;
    case 'not-restorable':
      return `SES was not changed, since the prior state cannot be restored: ${outcome.problem}`;
    case 'still-set': {
      const { selector, enabled, doubt } = outcome;
      const key = selector === undefined ? 'BYODKIM' : `selector ${selector}`;
      const found = enabled ? `still signs with ${key}` : `still has ${key}, with signing switched off`;
      return `SES ${found}, and ${describeDoubt(doubt)}: SES was not changed`;
    }
    case 'taken-over':
      return `transaction ${outcome.transaction} has taken over the signing state`;
    case 'not-awaited':
      return `transaction ${outcome.transaction} no longer waits for this revert`;
    case 'verified':
      return `SES has verified selector ${outcome.selector}: the change is done`;
    case 'pending':
      return `SES has not verified selector ${outcome.selector} yet; the next check is at ${outcome.checksAt}`;
    case 'failed-again':
      return `it failed as before, and is tried again: ${outcome.problem}`;
    default:
      return OUTCOMES[outcome.kind];
  }
}

/** Describes, in a clause, why a destroy that owns nothing may be wrong. */
function describeDoubt(doubt: Doubt): string {
  switch (doubt.kind) {
    case 'unknown-stack':
      return `the ledger does not know this stack (the ledger is gone or an earlier version, or ${doubt.recorded} other stacks have been created since)`;
    case 'no-owner':
      return 'the ledger does not account for that: it may be gone or an earlier version, or a call arrived after its rollback';
  }
}

/**
 * Describes, in a clause, the state of a change at the end of its call. The beginnings are those of the old runbook. An earlier
 * version has stored its results with sentences.
 */
export function describeStanding(standing: ChangeStanding | string): string {
  if (typeof standing === 'string') return standing;
  if (standing.kind === 'verified') return 'SES BYODKIM update completed successfully';
  const pending = 'SES BYODKIM update completed; SES has not verified the record yet';
  const { revertsAt } = standing;
  return revertsAt === undefined
    ? pending
    : `${pending}: without that the change is rolled back at ${revertsAt}`;
}

/** Describes what a person should know at the end of a change. */
export function describeChangeWarning(warning: ChangeWarning): string {
  switch (warning.kind) {
    case 'schedule-left':
      return `Schedule ${warning.schedule} could not be removed; it will fire once and do nothing`;
    case 'removal-withdrawn':
      return `${askedToRemove(warning)}, and was now asked to keep it`;
    case 'removal-not-withdrawn':
      return `${askedToRemove(warning)}, and nobody has received a notice that it stays: ${askToKeep(warning)}`;
  }
}

/** What the answer to a change or a rollback warns of. */
export type Warning = ProofWarning | ChangeWarning;

/** Describes a warning. An earlier version has stored its results with sentences. */
export function describeWarning(warning: Warning | string): string {
  if (typeof warning === 'string') return warning;
  switch (warning.kind) {
    case 'schedule-left':
    case 'removal-withdrawn':
    case 'removal-not-withdrawn':
      return describeChangeWarning(warning);
    case 'hazard':
    case 'testing':
    case 'lost-hosts':
    case 'stale-delegation':
    case 'not-every-server':
      return describeProofWarning(warning);
  }
}

/** Describes, in a clause, the state of SES after a change that failed. */
export const describeRollback = (ending: RollbackEnding): string =>
  describeOutcome(ending.kind === 'untouched' ? ending : ending.state);

/** Describes the result of a change that failed, in one or more sentences. */
export function describeEnding(ending: RollbackEnding): string {
  if (ending.kind === 'untouched') return 'SES was not touched.';
  const state = describeOutcome(ending.state);
  const begin = { 'rolled-back': 'SES was rolled back: ', 'as-it-was': 'SES is as it was: ', left: '' };
  const { checkedAt, recordedBy } = ending;
  return [
    `${begin[ending.kind]}${state}.`,
    ...(checkedAt === undefined
      ? []
      : [`A call that was not answered may still arrive: SES is checked again at ${checkedAt}.`]),
    ...(recordedBy === undefined
      ? []
      : [
          `This could not be written to the ledger; ${recordedBy === 'revert' ? 'the armed revert' : 'the next deploy'} will do so.`,
        ]),
  ].join(' ');
}

/** Describes, in a sentence, the part that an audit's answer leaves out. */
export const describeLeftOut = (leftOut: number, total: number): string =>
  `The answer lists the worst ${total - leftOut} of ${total} domains that need attention, since a function's answer is limited. The report lists all.`;

/** Reasons without facts why a notice is not sent, each as a clause. */
const NOT_SENT = {
  'not-asked-for': 'not asked for (notifyDnsTeam: false)',
  published: 'its record is published',
  'foreign-record': 'its DNS information was not written by this project; its author notifies the DNS team',
  'nothing-new': 'nothing is new since the last audit',
  'no-problems': 'no problems',
  'read-only': 'an audit through the read-only alias sends no notice',
  'published-by-stack': 'the stack publishes it: take the selector out of `previousSelectors`, and deploy',
  'still-needed': 'mail or a rollback may need it, or it is not published (`byodkim status`)',
  'known-failure': 'people were notified of this failure before',
} as const;

/** Describes, in a clause, why a notice is not sent. */
export function describeNotSent(why: NotSent): string {
  switch (why.kind) {
    case 'no-topic':
      return noTopic(why.topics);
    case 'notified':
      return `the DNS team was notified at ${why.at}`;
    case 'notified-lately':
      return `the DNS team was notified at ${why.at}, and again no sooner than ${why.minutes} minutes later`;
    default:
      return NOT_SENT[why.kind];
  }
}

const noTopic = (topics: readonly TopicName[]): string =>
  `no topic of ${topics.map((topic) => TOPIC_WORDS[topic].of).join(' or of ')} is set (${topics.map((topic) => `control.topics.${topic}`).join(', ')})`;

/** Describes the recipients of a notice to the DNS team, in sentences. */
export function describeReaders(subscribers: Subscribers | undefined): string {
  if (subscribers === undefined) return 'It is not known who has subscribed to the topic of the DNS team.';
  const { confirmed, pending } = subscribers;
  if (confirmed > 0) return `The topic of the DNS team has ${counted(confirmed, 'confirmed subscriber')}.`;
  const waiting = pending === 0 ? '' : ` (${counted(pending, 'subscription')} not confirmed yet)`;
  return (
    `Nobody gets it: the topic of the DNS team has no confirmed subscriber${waiting}. Give the DNS team the record yourself ` +
    '(`byodkim record`); `byodkim status` prints how to subscribe an address.'
  );
}

/** Describes whether the DNS team was asked to remove the record of a selector, in sentences. */
export const describeRemoval = (selector: string, { sent, subscribers, reason }: SentOrNot): string =>
  sent
    ? `A request to remove the record of ${selector} was sent. ${describeReaders(subscribers)}`
    : `No request to remove the record of ${selector} was sent: ${reason}.`;

/** Result of a notice. */
interface SentOrNot {
  readonly sent: boolean;
  readonly subscribers?: Subscribers;
  readonly reason?: string;
}

/** Describes the topics and their recipients. */
export const describeTopics = (topics: readonly TopicState[]): string =>
  topics.length === 0
    ? 'No topic is set, so no notice is sent.'
    : topics.map((each) => `${each.topic}: ${subscriberWords(each)}`).join('; ');

const subscriberWords = ({ subscribers, error }: SubscriberCount): string =>
  subscribers === undefined ? `not known (${error})` : counted(subscribers.confirmed, 'confirmed subscriber');

/** Describes the progress of a drill. Times are ISO 8601. @param firedAt null if the schedule has not reached the function */
export const describeDrill = (firesAt: string, firedAt: string | null): string =>
  firedAt === null
    ? `A schedule is armed for ${firesAt}.`
    : `The schedule reached the function at ${firedAt}.`;

/** Describes, in a clause, the result of a drill's firing. */
export const describeDrillFiring = ({ kind, drill }: DrillFiring): string =>
  `the drill ${drill} ${kind === 'drill-fired' ? 'has fired' : 'does not wait for this schedule'}`;
