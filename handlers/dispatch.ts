import { audit } from './audit/audit';
import { heal } from './audit/heal';
import { auditChanged } from './audit/later';
import { createKey } from './dkim-key/create-key';
import { notifyDnsTeam } from './dkim-key/dns-team';
import { showRecord } from './dkim-key/show-record';
import { drill, drillFired } from './drill/drill';
import type { Request, RequestOf } from './event';
import { inspect } from './inspection/inspect';
import { known } from './inspection/known';
import { status } from './inspection/status';
import type { Attempt, ChangeResult } from './ledger/ledger';
import type { NotedWork, ResultNotice } from './notices/layout';
import { withNotice } from './notices/result-notice';
import { changeNotice, reapplyNotice, revertNotice, verificationNotice } from './notices/success-notice';
import { change } from './transaction/change';
import { confirm, confirmByHand } from './transaction/confirm';
import { beginDestroy, destroy } from './transaction/destroy';
import { fired } from './transaction/fired';
import { passGate } from './transaction/prove';
import { nothingReverted, type Reverted, revertByHand } from './transaction/revert';
import type { World } from './world';

type Work<R> = (world: World, request: R) => Promise<unknown>;

/** What the function does, one line for each kind of request. */
const WORK: { readonly [Kind in Request['kind']]: Work<RequestOf<Kind>> } = {
  gate: passGate,
  inspect,
  status,
  known,
  record: showRecord,
  audit,
  'identity-changed': auditChanged,
  drill,
  'drill-fired': drillFired,
  'create-key': createKey,
  notify: notifyDnsTeam,
  change: withNotice(
    (world, request) => change(world, attempt(request)),
    (_, request, result) => noticeOfChange(request, result),
  ),
  update: withNotice(
    (world, request) => change(world, { transaction: `direct-${world.uuid()}`, source: 'direct', request }),
    (_, request, result) => noticeOfChange(request, result),
  ),
  confirm: withNotice(
    (world, request) => confirm(world, attempt(request)),
    (world, request, result) => (result.reapplied ? reapplyNotice(world, request, result) : null),
  ),
  heal: withNotice(heal, (_, request, result) =>
    'changed' in result ? noticeOfChange(request, result) : null,
  ),
  'confirm-by-hand': confirmByHand,
  'begin-destroy': (world, request) => beginDestroy(world, request, request.transaction),
  destroy: withNotice(destroy, noticeOfRevert),
  'revert-by-hand': withNotice(revertByHand, noticeOfRevert),
  'revert-unconfirmed': withNotice(
    (world, request) => fired(world, request, request),
    (world, request, result) =>
      verificationNotice(world, request, result) ?? noticeOfRevert(world, request, result),
  ),
  keep: async (_, { domain, resource }) =>
    nothingReverted(
      domain,
      resource === 'DkimKey'
        ? 'the private key and its record stay in the key store'
        : `the delete of ${resource} changes nothing`,
    ),
};

/** Carries out what an event asks for. The answer is what Terraform keeps, or a direct caller gets. */
export const dispatch = (world: World, request: Request): Promise<unknown> =>
  (WORK[request.kind] as Work<Request>)(world, request);

const attempt = (request: RequestOf<'change' | 'confirm'>): Attempt => ({
  transaction: request.transaction,
  source: 'terraform',
  request,
});

const noticeOfChange = (request: NotedWork, result: ChangeResult): ResultNotice | null =>
  result.changed ? changeNotice(request, result) : null;

function noticeOfRevert(world: World, request: NotedWork, result: Reverted): ResultNotice | null {
  return result.reverted || result.incomplete ? revertNotice(world, request, result) : null;
}
