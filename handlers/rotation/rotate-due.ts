import { createHash } from 'node:crypto';
import { type Control, notAllowed, stillAllowed } from '../allowances';
import { iso, MINUTE_MS } from '../clock';
import {
  ACTIONS,
  type AutomaticRotation,
  delegatedName,
  RECORD_TTL_SECONDS,
  REVOKED_VALUE,
  recordName,
} from '../contract';
import { createKey } from '../dkim-key/create-key';
import { keyMadeAt } from '../dkim-key/dns-information';
import { quotedStrings } from '../dkim-key/dns-record';
import { controlOf } from '../environment';
import { ByodkimError } from '../errors';
import { gateWith, ownRequest, type Place, type SigningRequest } from '../event';
import type { Attempt, ChangeResult, Turn } from '../ledger/ledger';
import { turned } from '../ledger/transitions';
import { change } from '../transaction/change';
import { Session } from '../transaction/session';
import { isInStep, observeExisting, inWords as stateInWords } from '../transaction/signing-state';
import { refused } from '../validation-errors';
import type { Services, World } from '../world';
import { automaticOf, type Due, dueOf, settlesMs } from './turn';

/** The record was published a while ago, but a name server may lag behind. */
const GATE_WAIT_SECONDS = 60;

/**
 * Goes one step further with a domain that rotates by itself: makes the next key and publishes its record; later changes
 * SES over, by the same transaction as a deploy; after the overlap takes the record of the last one back. What is due is
 * decided anew each time, so a repeated or late invocation does nothing twice.
 * @throws ByodkimError as `createKey` and `change`; what a step has failed at is not tried again for some days.
 */
export async function rotateDue(world: World, place: Place): Promise<RotationAnswer> {
  const decided = await Session.run(world, place, prepare);
  if ('step' in decided) return decided;
  const transaction = `automatic-${world.uuid()}`;
  const result = await change(world, { transaction, source: 'direct', ...decided });
  return answer(place, { kind: 'change-over', selector: result.selector }, { change: result });
}

/** @returns the answer; or the way to SES, which is left to do without the lease, and the owner that it was decided for */
async function prepare(session: Session): Promise<RotationAnswer | Pick<Attempt, 'request' | 'rotates'>> {
  const { ledger, world, services, place } = session;
  const { domain, inForce } = ledger;
  // Of the object as it is now: so says the audit.
  const object = inForce && { bucket: inForce.key.bucket, key: inForce.key.key };
  const madeAt = object ? await keyMadeAt(world, services, domain, inForce, object) : undefined;
  const due = dueOf(ledger, madeAt, session.now());
  const automatic = automaticOf(ledger);
  if (due.kind === 'nothing' || automatic === undefined) return answer(place, due);
  // What was allowed when its stack was deployed may not be any more.
  const control = controlOf(world.environment);
  const found = notAllowed({ rotation: { automatic } }, control);
  if (found.length > 0) throw refused(found);
  const { selector } = due;
  const turn = (stage: Turn['stage']) =>
    session.save(turned(session.ledger, { selector, stage, at: session.now() }));
  switch (due.kind) {
    case 'revoke':
      await publish(session, automatic, selector, REVOKED_VALUE);
      await turn('revoked');
      return answer(place, due);
    case 'begin': {
      // Before anything is done: what fails is not begun again at once.
      await turn('begun');
      await refuseOutOfStep(session);
      const made = await createKey(world, { ...signingOf(session, control, selector), renew: true });
      await publish(session, automatic, selector, made.record.value);
      await turn('published');
      const at = await rotateLater(session.now() + settlesMs(automatic), services, place);
      return answer(place, due, { next_at: iso(at) });
    }
    case 'change-over':
      await turn('tried');
      await refuseOutOfStep(session);
      return { request: signingOf(session, control, selector), rotates: ledger.owner!.transaction };
  }
}

/** What `rotate_due` answers. */
type RotationAnswer = ReturnType<typeof answer>;

interface Further {
  /** When the next step follows by itself. ISO 8601. */
  readonly next_at?: string;
  /** SES was changed over. */
  readonly change?: ChangeResult;
}

const answer = ({ domain }: Place, due: Due, further: Further = {}) => ({
  statusCode: 200,
  message: inWords(domain, due),
  domain,
  /** What was done. */
  step: due.kind,
  selector: due.kind === 'nothing' ? undefined : due.selector,
  ...further,
});

function inWords(domain: string, due: Due): string {
  switch (due.kind) {
    case 'begin':
      return `The next key of ${domain} was made, and its record published under selector ${due.selector}.`;
    case 'change-over':
      return `SES was changed over to selector ${due.selector} of ${domain}.`;
    case 'revoke':
      return `The record of selector ${due.selector} of ${domain} was taken back: no mail needs it any more.`;
    case 'nothing':
      return `Nothing is to be done for ${domain}: ${due.why}.`;
  }
}

/** As a deploy would ask, with what its stack has left in the ledger. */
function signingOf(
  { ledger: { owner }, world: { environment }, place }: Session,
  control: Control,
  selector: string,
): SigningRequest {
  const asked = gateWith(stillAllowed(owner?.gate ?? {}, control), environment);
  const gate = { ...asked, waitSeconds: Math.max(asked.waitSeconds, GATE_WAIT_SECONDS) };
  const fields = { ...place, selector, gate, rotation: owner?.rotation, notifyDnsTeam: false };
  return ownRequest(fields, environment);
}

/** Route 53 is called only for a selector of the two, in the zone that the stack has named. */
function publish(
  { services, ledger: { domain, owner } }: Session,
  { hostedZoneId, ttlSeconds = RECORD_TTL_SECONDS }: AutomaticRotation,
  selector: string,
  value: string,
): Promise<void> {
  const delegation = owner?.rotation?.delegation;
  const name = delegation ? delegatedName(domain, selector, delegation) : recordName(domain, selector);
  return services.zones.putText(hostedZoneId, { name, value: quotedStrings(value), ttlSeconds });
}

/** What somebody has changed by hand, or what SES does not verify, is a person's to mend first. */
async function refuseOutOfStep({ services, ledger: { domain, region, inForce } }: Session): Promise<void> {
  const state = await observeExisting(services.identities, { domain, region });
  if (inForce !== null && isInStep(state, inForce) && state.status === 'SUCCESS') return;
  throw new ByodkimError('SES_UPDATE_FAILED', {
    what:
      `${domain} in ${region} was not rotated: expected SES to sign with selector ${inForce?.selector}, verified, found ` +
      `${stateInWords(state)}. Nothing was changed.`,
    advice: 'Deploy, so that SES has again what the list says; the rotation follows by itself.',
    details: {
      domain,
      expected: { origin: 'EXTERNAL', selector: inForce?.selector ?? '' },
      found: state,
    },
  });
}

/**
 * Has the function invoked again for one domain. The permission is that of arming a revert.
 * @returns when, milliseconds since the epoch.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function rotateLater(
  notBefore: number,
  { schedules }: Services,
  { domain, region }: Place,
): Promise<number> {
  // A schedule is precise to a minute, and one that fires sooner than that finds nothing to do.
  const at = Math.ceil(notBefore / MINUTE_MS) * MINUTE_MS;
  const id = createHash('sha256').update(`${region}/${domain}`).digest('hex').slice(0, 12);
  await schedules.create({
    name: `byodkim-rotate-${id}-${(at / MINUTE_MS).toString(36)}`,
    at,
    payload: { action: ACTIONS.rotateDue, domain, region },
    description: `Does what is due of the keys of ${domain}`,
  });
  return at;
}
