/** Arms the later invocations of an audit. The permission is that of arming a revert. */

import { createHash } from 'node:crypto';
import type { Services } from '../../aws/services';
import { day, iso, MINUTE_MS } from '../../clock';
import { ACTIONS, type Action } from '../../contract/contract';
import { type AuditRequest, type ChangeByHand, placeId, type RequestOf } from '../../contract/input/event';
import { isHeld } from '../../ledger/ledger';
import { ledgerStore } from '../../ledger/ledger-store';
import { coded } from '../../ledger/results';
import { changedByOthers, isOfDeploy } from '../../ledger/seen';
import type { NotedFacts } from '../../words/report';
import type { World } from '../../world';
import type { Audited } from './audited';

/** EventBridge Scheduler is precise to a minute. */
const PAUSE_MS = MINUTE_MS;
/** Changes within this time get one audit, and one notice. */
const TOGETHER_MS = 2 * MINUTE_MS;
/** Interval between audits, each of which may poll SES for a minute, so that they stay below SES's rate. */
const SPACING_MS = 15_000;

/** Arms the next invocation of an audit. The name of the schedule makes a repetition harmless. @returns its time */
export async function continueLater(
  world: World,
  { schedules }: Services,
  { always, gate }: AuditRequest,
  continues: NonNullable<AuditRequest['continues']>,
): Promise<number> {
  const at = world.clock.now() + PAUSE_MS;
  const id = continues.report.replace(/^.*\//, '').replace(/\.json$/, '');
  await schedules.create({
    name: `byodkim-audit-${id}-${continues.leg}`,
    at,
    payload: { action: ACTIONS.audit, scheduled: true, always, gate, continues },
  });
  return at;
}

/** Arms an invocation for one domain, at most once a day. @returns its time or the reason why not; neither if it only reads */
export async function armForDomain(
  { services, ledger, now, acts }: Audited,
  what: 'heal' | 'late',
  asked: { readonly action: Action },
): Promise<{ readonly at?: string; readonly problem?: string }> {
  if (acts === undefined) return {};
  const at = now + PAUSE_MS + SPACING_MS * acts.armed++;
  const { domain, region } = ledger;
  const hash = createHash('sha256').update(placeId(ledger)).digest('hex').slice(0, 12);
  const name = `byodkim-${what}-${hash}-${day(now)}`;
  try {
    await services.schedules.create({ name, at, payload: { ...asked, domain, region } });
    return { at: iso(at) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Result for a change outside this project. */
export interface Noted {
  readonly statusCode: 200;
  /** Whether it was written to the ledger of a domain. */
  readonly noted: boolean;
  readonly code: string;
  readonly facts: NotedFacts;
}

/**
 * Records that an identity was changed outside this project, and arms one audit within minutes for all changes of that time.
 * Receives the changes of every identity in the account; for one without a ledger, ends after one read.
 */
export async function auditChanged(world: World, { change }: RequestOf<'identity-changed'>): Promise<Noted> {
  const { clock, environment } = world;
  const services = world.services('', environment.region, clock);
  const left = change === undefined ? NOT_OURS : await note(world, services, change);
  if (left !== undefined) return answer(left);
  const at = Math.ceil((clock.now() + PAUSE_MS) / TOGETHER_MS) * TOGETHER_MS;
  await services.schedules.create({
    name: `byodkim-audit-changed-${at / MINUTE_MS}`,
    at,
    payload: { action: ACTIONS.audit, scheduled: true, changed: true },
  });
  return answer({ kind: 'audited-at', at: iso(at) });
}

const answer = (facts: NotedFacts): Noted => ({
  statusCode: 200,
  noted: facts.kind === 'audited-at',
  ...coded(facts),
});

const NOT_OURS = { kind: 'not-ours' } as const;

/** @returns the reason why it is not recorded, or undefined if it is */
async function note(
  world: World,
  { store }: Services,
  { place, call, caller, time, at }: ChangeByHand,
): Promise<NotedFacts | undefined> {
  const ledgers = ledgerStore(store, world.environment.keyStoreBucket, place);
  // Several calls may be recorded at the same time.
  for (let attempts = 5; attempts > 0; attempts -= 1) {
    const stored = await ledgers.read();
    if (stored === null) return NOT_OURS;
    if (at > 0 && isOfDeploy(stored.ledger, call, at)) return { kind: 'of-deploy' };
    const now = world.clock.now();
    // A write would make the run lose its lease.
    if (isHeld(stored.ledger.lease, now)) break;
    // The time is CloudTrail's and may be forged, and a future one would never expire.
    const changed = changedByOthers(stored.ledger, { call, caller, time }, Math.min(at || now, now));
    const next = { ...changed, writeId: world.uuid() };
    if (await ledgers.write(next, stored.etag)) return undefined;
  }
  return { kind: 'being-changed' };
}
