import { runAudit } from './audit/audit';
import { askRemoval } from './audit/removal';
import { auditChanged } from './audit/run/later';
import type { Request, RequestOf } from './contract/input/event';
import { recordDrillFired, runDrill } from './drill/drill';
import { inspect } from './inspection/inspect';
import { addDomain } from './keys/make/add-domain';
import { createKey } from './keys/make/create-key';
import { notifyDnsTeam } from './keys/make/dns-team';
import { showRecord } from './keys/make/show-record';
import type { ChangeAttempt, ChangeResult } from './ledger/ledger';
import type { Confirmed, Fired, Reverted } from './ledger/results';
import { type NoticeOf, withNotice } from './notices/result-notice';
import { changeNotice, firedNotice, reapplyNotice, revertNotice } from './notices/success-notice';
import { showTopics, testNotices } from './notices/topics';
import { reportKnown } from './reports/known';
import { reportStatus } from './reports/status';
import { change } from './transaction/change';
import { confirm, confirmByHand } from './transaction/confirm';
import { claim, destroy, type Removed, remove } from './transaction/destroy';
import { fired } from './transaction/fired';
import { heal, type NotHealedAnswer } from './transaction/heal';
import { passGate } from './transaction/prove';
import { revertByHand } from './transaction/revert';
import type { NotedWork } from './words/notice-layout';
import type { World } from './world';

/** Maps each kind of request to its handler. */
const WORK = {
  gate: passGate,
  inspect,
  status: reportStatus,
  known: reportKnown,
  record: showRecord,
  audit: runAudit,
  'identity-changed': auditChanged,
  drill: runDrill,
  'drill-fired': recordDrillFired,
  topics: showTopics,
  'test-notices': testNotices,
  'create-key': createKey,
  add: addDomain,
  notify: notifyDnsTeam,
  'ask-removal': askRemoval,
  change: (world, request) => change(world, attemptOf(request)),
  update: (world, request) =>
    change(world, { transaction: `direct-${world.uuid()}`, source: 'direct', request }),
  confirm: (world, request) => confirm(world, attemptOf(request)),
  heal,
  'confirm-by-hand': confirmByHand,
  claim,
  destroy,
  'revert-by-hand': revertByHand,
  remove,
  'revert-unconfirmed': (world, request) => fired(world, request, request),
} satisfies { readonly [Kind in Request['kind']]: Work<RequestOf<Kind>, AnswerOf<Kind>> };

type Work<R, Answer extends object = object> = (world: World, request: R) => Promise<Answer>;
type AnswerOf<Kind> = Kind extends keyof NotedAnswers ? NotedAnswers[Kind] : object;

/** The answers that may lead to a notice, by the kind of request. */
interface NotedAnswers {
  readonly change: ChangeResult;
  readonly update: ChangeResult;
  readonly confirm: Confirmed;
  readonly heal: ChangeResult | NotHealedAnswer;
  readonly destroy: Reverted;
  readonly 'revert-by-hand': Reverted;
  readonly remove: Removed;
  readonly 'revert-unconfirmed': Fired;
}

/** Makes the notices, by the kind of request. */
const NOTICES: { readonly [Kind in NotedWork['kind']]: NoticeOf<NotedAnswers[Kind]> } = {
  change: changeNotice,
  update: changeNotice,
  confirm: reapplyNotice,
  heal: changeNotice,
  destroy: revertNotice,
  'revert-by-hand': revertNotice,
  remove: revertNotice,
  'revert-unconfirmed': firedNotice,
};

/** Carries out the request of an event. Terraform keeps the answer, or a direct caller receives it. */
export function dispatch(world: World, request: Request): Promise<object> {
  const work = () => (WORK[request.kind] as Work<Request>)(world, request);
  if (!isNoted(request)) return work();
  return withNotice(world, request, work, NOTICES[request.kind] as NoticeOf<object>);
}

const isNoted = (request: Request): request is Extract<Request, { kind: NotedWork['kind'] }> =>
  request.kind in NOTICES;

const attemptOf = (request: RequestOf<'change' | 'confirm'>): ChangeAttempt => ({
  transaction: request.transaction,
  stack: request.stack,
  source: 'terraform',
  request,
});
