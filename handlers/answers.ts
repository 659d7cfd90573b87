/** Adds the sentences to the answers, which carry codes and facts until they leave. */

import type { AuditAnswer } from './audit/output/answer';
import type { RemovalAnswer } from './audit/removal';
import type { Noted } from './audit/run/later';
import type { Place, Request, SigningRequest } from './contract/input/event';
import type { DrillAnswer, DrillFiredAnswer } from './drill/drill';
import type { ByodkimError } from './errors/errors';
import { forDomain } from './escape';
import type { Inspected } from './inspection/inspect';
import type { KeyAnswer } from './keys/make/create-key';
import type { NotifyAnswer } from './keys/make/dns-team';
import type { RecordAnswer } from './keys/make/show-record';
import type { ChangeResult } from './ledger/ledger';
import type { Confirmed, Reverted } from './ledger/results';
import type { NoticeOutcome } from './notices/publish';
import type { TopicsAnswer } from './notices/topics';
import type { NothingConfirmed } from './transaction/answers';
import type { ConfirmedByHand } from './transaction/confirm';
import type { NotHealedAnswer } from './transaction/heal';
import type { GatePassed } from './transaction/prove';
import { describeDrift } from './words/drift';
import { describeNotHealed } from './words/findings';
import { whyUnproved, withReasons } from './words/gate';
import {
  describeKeyWarning,
  type KeyWarning,
  keepingAsked,
  keyExists,
  keyMade,
  noticeNotSent,
  recordIsOfKey,
  requestSent,
} from './words/key-answers';
import { describeAuditWarning, describeNoted, describeProgress } from './words/report';
import {
  describeDrill,
  describeDrillFiring,
  describeLeftOut,
  describeOutcome,
  describeReaders,
  describeRemoval,
  describeRollback,
  describeStanding,
  describeTopics,
  describeWarning,
  type Warning,
} from './words/results';
import { describeUnsigned } from './words/unsigned-mail';

/** Replaces the facts of warnings by their sentences. */
const keyWarned = ({ warnings }: { readonly warnings: readonly KeyWarning[] }) => ({
  warnings: warnings.map(describeKeyWarning),
});
const warned = ({ warnings }: { readonly warnings: readonly Warning[] }, place: Partial<Place> = {}) => ({
  warnings: warnings.map((each) => forDomain(describeWarning(each), place)),
});

const ofKey = (answer: KeyAnswer, { notifyDnsTeam }: SigningRequest) => ({
  message: answer.created
    ? keyMade(answer.selector, answer.domain, !notifyDnsTeam)
    : keyExists(answer.selector, answer.domain, answer.described),
  ...keyWarned(answer),
});

const ofChange = (answer: ChangeResult, place: Place) => ({
  message: describeStanding(answer.message),
  ...(answer.unsigned_mail && { unsigned_mail: describeUnsigned(answer.unsigned_mail) }),
  ...warned(answer, place),
});

const requestWords = (notice: NoticeOutcome, sent: (readers: string) => string): string =>
  notice.sent ? sent(describeReaders(notice.subscribers)) : noticeNotSent(notice.reason);

const ofTopics = ({ topics }: TopicsAnswer) => ({ message: describeTopics(topics) });

const ofReverted = ({ facts, unproved, warnings }: Reverted) => ({
  reason: describeOutcome(facts),
  ...warned({ warnings }),
  ...(unproved && { unproved: `${whyUnproved(unproved)}.` }),
});

/** The sentences of the answers that have any, by the kind of request. They take the place of facts with the same name. */
const TEXTS = {
  gate: ({ unsignedMail, ...answer }: GatePassed) => ({
    unsignedMail: describeUnsigned(unsignedMail),
    ...warned(answer),
  }),
  change: ofChange,
  update: ofChange,
  confirm: (answer: Confirmed, place: Place) => warned(answer, place),
  inspect: ({ drift }: Inspected) => ({ drift: undefined, reason: drift && describeDrift(drift) }),
  record: (answer: RecordAnswer) => ({
    message: recordIsOfKey(answer.selector, answer.domain, answer.record.fingerprint),
    ...keyWarned(answer),
  }),
  audit: ({ message, leftOut, needingAttention, warnings }: AuditAnswer) => ({
    message: describeProgress(message),
    warnings: [
      ...(leftOut === undefined ? [] : [describeLeftOut(leftOut, needingAttention)]),
      ...warnings.map(describeAuditWarning),
    ],
  }),
  'identity-changed': ({ facts }: Noted) => ({ message: describeNoted(facts) }),
  drill: ({ drill }: DrillAnswer) => ({ message: describeDrill(drill.firesAt, drill.firedAt) }),
  'drill-fired': ({ facts }: DrillFiredAnswer) => ({ reason: describeDrillFiring(facts) }),
  topics: ofTopics,
  'test-notices': ofTopics,
  'create-key': ofKey,
  add: ofKey,
  notify: ({ record, domain, notice, keeps, ...rest }: NotifyAnswer, { rotation }: SigningRequest) => ({
    message: requestWords(notice, (readers) =>
      keeps
        ? keepingAsked(record.name, readers)
        : requestSent(record.name, rotation?.delegation && domain, readers),
    ),
    ...keyWarned(rest),
  }),
  'ask-removal': ({ selector, notice }: RemovalAnswer) => ({ message: describeRemoval(selector, notice) }),
  heal: (answer: ChangeResult | NotHealedAnswer, place: Place) =>
    'healed' in answer ? { reason: describeNotHealed(answer.facts) } : ofChange(answer, place),
  'confirm-by-hand': (answer: ConfirmedByHand | NothingConfirmed) =>
    answer.confirmed ? warned(answer) : { reason: describeOutcome(answer.facts) },
  destroy: ofReverted,
  'revert-by-hand': ofReverted,
  remove: ofReverted,
  'revert-unconfirmed': ofReverted,
} satisfies { readonly [Kind in Request['kind']]?: (answer: never, request: never) => object };

/** Returns the facts of an error with the sentences of servers and of its rollback. */
export const toldFacts = (facts: ByodkimError['facts']): object => ({
  ...facts,
  ...('servers' in facts && { servers: withReasons(facts.servers) }),
  ...('warnings' in facts && { warnings: facts.warnings.map(describeWarning) }),
  ...(facts.ending && { rollback: describeRollback(facts.ending) }),
});

/** An answer with its sentences, as a caller receives it. */
export type Told<Answer, Kind extends keyof typeof TEXTS> = Omit<
  Answer,
  keyof ReturnType<(typeof TEXTS)[Kind]>
> &
  ReturnType<(typeof TEXTS)[Kind]>;

/** Returns an answer with its sentences. */
export function told(request: Request, answer: object): object {
  const texts: Partial<Record<Request['kind'], (answer: object, of: Request) => object>> = TEXTS as object;
  return { ...answer, ...texts[request.kind]?.(answer, request) };
}
