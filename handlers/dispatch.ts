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
import type { NotedWork } from './notices/layout';
import { type NoticeOf, withNotice } from './notices/result-notice';
import { changeNotice, firedNotice, reapplyNotice, revertNotice } from './notices/success-notice';
import { change } from './transaction/change';
import { type Confirmed, confirm, confirmByHand } from './transaction/confirm';
import { beginDestroy, destroy } from './transaction/destroy';
import { type Fired, fired } from './transaction/fired';
import { passGate } from './transaction/prove';
import { nothingReverted, type Reverted, revertByHand } from './transaction/revert';
import type { World } from './world';

/** What the function does, by the kind of request. */
const WORK = {
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
  change: apply,
  update: apply,
  confirm: confirmAttempt,
  heal,
  'confirm-by-hand': confirmByHand,
  'begin-destroy': begin,
  destroy,
  'revert-by-hand': revertByHand,
  'revert-unconfirmed': fire,
  keep,
} satisfies { readonly [Kind in Request['kind']]: Work<RequestOf<Kind>> };

type Work<R> = (world: World, request: R) => Promise<object>;
type Answer<Kind extends Request['kind']> = Awaited<ReturnType<(typeof WORK)[Kind]>>;

/** What people are notified of, by the kind of request. */
const NOTICES: { readonly [Kind in NotedWork['kind']]: NoticeOf<Answer<Kind>> } = {
  change: changeNotice,
  update: changeNotice,
  confirm: reapplyNotice,
  heal: changeNotice,
  destroy: revertNotice,
  'revert-by-hand': revertNotice,
  'revert-unconfirmed': firedNotice,
};

/** Carries out what an event asks for. The answer is what Terraform keeps, or a direct caller gets. */
export function dispatch(world: World, request: Request): Promise<object> {
  const work = () => (WORK[request.kind] as Work<Request>)(world, request);
  if (!isNoted(request)) return work();
  return withNotice(world, request, work, NOTICES[request.kind] as NoticeOf<object>);
}

const isNoted = (request: Request): request is Extract<Request, { kind: NotedWork['kind'] }> =>
  request.kind in NOTICES;

function apply(world: World, request: RequestOf<'change' | 'update'>): Promise<ChangeResult> {
  return change(world, attempt(world, request));
}

function confirmAttempt(world: World, request: RequestOf<'confirm'>): Promise<Confirmed> {
  return confirm(world, attempt(world, request));
}

/** A direct call has no `Attempt` whose id names the transaction. */
function attempt(world: World, request: RequestOf<'change' | 'update' | 'confirm'>): Attempt {
  return request.kind === 'update'
    ? { transaction: `direct-${world.uuid()}`, source: 'direct', request }
    : { transaction: request.transaction, source: 'terraform', request };
}

function begin(world: World, request: RequestOf<'begin-destroy'>): Promise<Reverted> {
  return beginDestroy(world, request, request.transaction);
}

function fire(world: World, request: RequestOf<'revert-unconfirmed'>): Promise<Fired> {
  return fired(world, request, request);
}

async function keep(_: World, { domain, resource }: RequestOf<'keep'>): Promise<Reverted> {
  return nothingReverted(
    domain,
    resource === 'DkimKey'
      ? 'the private key and its record stay in the key store'
      : `the delete of ${resource} changes nothing`,
  );
}
