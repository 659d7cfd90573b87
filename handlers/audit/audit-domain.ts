import { isDeepStrictEqual } from 'node:util';
import { iso } from '../clock';
import { FUNCTION_TIMEOUT_SECONDS } from '../contract/contract';
import type { Place } from '../contract/event';
import type { GateOutcome } from '../gate-outcome';
import { currentOwner, deadlineOf, isHeld, isWaiting, type Ledger, type Wanted } from '../ledger/ledger';
import { ledgerStore } from '../ledger/ledger-store';
import { observed } from '../ledger/seen';
import { withWriteId } from '../ledger/transitions';
import { stageAsData } from '../rotation/stages';
import { mayBeOld } from '../transaction/signing-state';
import type { Audited, AuditWorld, Checked } from './audited';
import { checkJoined, judgeOverrides } from './elsewhere';
import { type Finding, finding } from './finding-catalogue';
import { planHealing, withHealing } from './heal';
import { checkKey } from './key';
import { checkMailFrom } from './mail-from';
import { checkOpen, judgeUnverified } from './open-change';
import { checkFormer, checkRecord } from './records';
import { type DomainReport, domainReport, uncheckedDomain } from './report';
import { checkSigning, judgeSigning, signsWithWanted } from './signing';

/** Audits one domain. Changes nothing in SES. Never throws: a check that failed is a finding as well. */
export async function auditDomain(audit: AuditWorld, place: Place): Promise<DomainReport> {
  try {
    return await auditManaged(audit, place);
  } catch (error) {
    return uncheckedDomain(place, 'NOT_CHECKED', `It could not be checked: ${(error as Error).message}`);
  }
}

async function auditManaged(audit: AuditWorld, place: Place): Promise<DomainReport> {
  const { world, services } = audit;
  const ledgers = ledgerStore(services.store, world.environment.keyStoreBucket, place);
  const stored = await ledgers.read();
  if (stored === null)
    return uncheckedDomain(
      place,
      'NOT_MANAGED',
      'It has no ledger: this project has never changed it, or its ledger is gone.',
    );
  const { ledger } = stored;
  const rotation = currentOwner(ledger)?.rotation ?? {};
  const audited: Audited = { ...audit, ledger, rotation, now: world.clock.now() };
  const wanted = ledger.open?.wanted ?? ledger.inForce;
  if (wanted !== null)
    return auditWanted(audited, wanted, async (observed) => {
      // If another run writes it meanwhile, the next audit records what it sees then.
      await ledgers.write(withWriteId(observed, world.uuid()), stored.etag);
    });
  const former = await orUnknown('Earlier selectors', () => checkFormer(audited));
  const findings = [...judgeUnverified(audited), ...former.findings];
  const notes = ['nothing is in force', ...(former.notes ?? [])];
  return domainReport(place, { selector: null, findings, notes });
}

async function auditWanted(
  audited: Audited,
  wanted: Wanted,
  write: (ledger: Ledger) => Promise<void>,
): Promise<DomainReport> {
  const { ledger, now } = audited;
  const { open, callsOfOthers } = ledger;
  const [signing, key] = await Promise.all([
    orUnknown('What SES signs with', () => checkSigning(audited)),
    orUnknown('The private key (and so the record)', () => checkKey(audited, wanted)),
  ]);
  const { state } = signing;
  const record: Checked & { readonly outcome?: GateOutcome } =
    'publicKey' in key
      ? await orUnknown('The record', () => checkRecord(audited, wanted, key.publicKey))
      : { findings: [] };
  const former = await orUnknown('Earlier selectors', () => checkFormer(audited));
  const isRunning = isBeingChanged(ledger, now) || (state !== undefined && mayBeOld(state, ledger, now));
  const isSettled = open === null && !isRunning;
  // A change that SES does not verify is rolled back automatically.
  const waits = isWaiting(open) && state?.status !== 'FAILED';
  // While a change runs SES has what was before, what is wanted, or either in turn.
  const judged = state === undefined || isRunning ? [] : judgeSigning(audited, wanted, state, record.outcome);
  const healing = isRunning
    ? undefined
    : await planHealing(audited, state, record.outcome, [...judged, ...key.findings]);
  const findings: Finding[] = [...signing.findings, ...judged.map((each) => withHealing(each, healing))];
  const mailFrom = await orUnknown('SPF of the MAIL FROM domain', () => checkMailFrom(audited, state));
  findings.push(...mailFrom.findings);
  findings.push(...(await checkOpen(audited, state)), ...judgeUnverified(audited));
  findings.push(...record.findings, ...key.findings, ...former.findings, ...judgeOverrides(audited));
  if (isSettled && state !== undefined) {
    const joined = await orUnknown('The identity in the joined region', () => checkJoined(audited, state));
    const next = observed(ledger, signsWithWanted(state, wanted), record.outcome?.ready === true);
    const isNews = callsOfOthers.length > 0 || !isDeepStrictEqual(next.seen, ledger.seen);
    findings.push(...joined.findings);
    if (isNews && audited.acts) {
      const what = 'The ledger (what SES has was not recorded)';
      findings.push(...(await orUnknown(what, () => write(next).then(() => ({ findings: [] })))).findings);
    }
  }
  const notes = [...(record.notes ?? []), ...(former.notes ?? [])];
  if (waits) notes.unshift(`SES has until ${iso(deadlineOf(open))} to verify the change`);
  if (isRunning) notes.unshift('a change is being made, or has just been made');
  return domainReport(ledger, {
    selector: wanted.selector,
    findings: waits ? findings.filter(({ code }) => code !== 'NOT_VERIFIED') : findings,
    changedBy: callsOfOthers.length > 0 ? callsOfOthers.map(({ words }) => words) : undefined,
    healAt: healing?.at,
    unsettled: isSettled ? undefined : true,
    ses: state && { origin: state.origin, selector: state.selector, status: state.status },
    fingerprint: key.publicKey?.fingerprint,
    keyMadeAt: key.madeAt === undefined ? undefined : iso(key.madeAt),
    keyDueAt: key.dueAt === undefined ? undefined : iso(key.dueAt),
    stages: former.stages?.length ? former.stages.map(stageAsData) : undefined,
    notes,
  });
}

/** Turns a failed check into a finding, so that it does not hide the others. */
async function orUnknown<S extends Checked>(
  what: string,
  check: () => Promise<S>,
): Promise<Checked & Partial<S>> {
  try {
    return await check();
  } catch (error) {
    const found = `${what} could not be checked: ${(error as Error).message}`;
    return { ...({} as Partial<S>), findings: finding('NOT_CHECKED', found) };
  }
}

const isBeingChanged = ({ lease, open }: Ledger, now: number): boolean =>
  isHeld(lease, now) || (open?.state === 'opening' && now < open.startedAt + FUNCTION_TIMEOUT_SECONDS * 1000);
