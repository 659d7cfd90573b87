import { iso } from '../clock';
import { FUNCTION_TIMEOUT_SECONDS } from '../contract';
import type { Place } from '../event';
import { currentOwner, deadlineOf, isHeld, isWaiting, type Ledger, type Wanted } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { inForceIn, ledgersElsewhereIfKnown } from '../rotation/other-regions';
import { stageAsData } from '../rotation/stages';
import { type DomainReport, domainReport, unchecked } from './findings';
import { lookAtFormer } from './former';
import { lookAtKey } from './key';
import { type Audited, type AuditWorld, orUnknown, type Seen } from './look';
import { lookAtRecord } from './record';
import { judgeRegions } from './regions';
import { judgeOpen, judgeUnverified, lookAtSigning } from './signing';
import { judgeTurn } from './turn';

/** Looks at one domain. Reads only; never throws: what could not be found out is a finding as well. */
export async function auditDomain(look: AuditWorld, place: Place): Promise<DomainReport> {
  try {
    return await lookAt(look, place);
  } catch (error) {
    return unchecked(place, 'NOT_CHECKED', `It could not be checked: ${(error as Error).message}`);
  }
}

async function lookAt(look: AuditWorld, place: Place): Promise<DomainReport> {
  const { world, services } = look;
  const ledger = await readLedger(services.store, world.environment.keyStoreBucket, place);
  if (ledger === null)
    return unchecked(
      place,
      'NOT_MANAGED',
      'There is no ledger of it: this project has never changed it, or its ledger is gone.',
    );
  const elsewhere = await ledgersElsewhereIfKnown(world, services, place, ledger);
  const rotation = currentOwner(ledger)?.rotation ?? {};
  const audited: Audited = { ...look, ledger, elsewhere, rotation, now: world.clock.now() };
  const wanted = ledger.open?.wanted ?? ledger.inForce;
  if (wanted !== null) return lookAtWanted(audited, place, wanted);
  const former = await orUnknown('Earlier selectors', () => lookAtFormer(audited));
  const findings = [...judgeUnverified(audited), ...former.findings];
  const notes = ['nothing is in force', ...(former.notes ?? [])];
  return domainReport(place, { selector: null, findings, notes });
}

/** @param wanted what SES is to have */
async function lookAtWanted(audited: Audited, place: Place, wanted: Wanted): Promise<DomainReport> {
  const { ledger, elsewhere, now } = audited;
  const { open } = ledger;
  const [signing, key] = await Promise.all([
    orUnknown('What SES signs with', () => lookAtSigning(audited, wanted)),
    orUnknown('The private key (and so the record)', () => lookAtKey(audited, wanted)),
  ]);
  const record: Seen =
    'publicKey' in key
      ? await orUnknown('The record', () => lookAtRecord(audited, wanted, key.publicKey))
      : { findings: [] };
  const former = await orUnknown('Earlier selectors', () => lookAtFormer(audited));
  const underWay = isUnderWay(ledger, now);
  const itself = judgeTurn(ledger, key.madeAt, now);
  // What SES has not verified goes back by itself: nobody need do anything yet.
  const waits = isWaiting(open) && signing.ses?.status !== 'FAILED';
  const findings = [
    // While a change is under way SES has what was before, what is wanted, or either in turn.
    ...(underWay ? [] : signing.findings.filter(({ code }) => code !== 'NOT_VERIFIED' || !waits)),
    ...judgeOpen(audited),
    ...judgeUnverified(audited),
    ...record.findings,
    ...itself.left(key.findings),
    ...itself.left(former.findings),
    ...itself.findings,
    ...judgeRegions(ledger, elsewhere, now),
  ];
  return domainReport(place, {
    selector: wanted.selector,
    findings,
    ses: signing.ses,
    fingerprint: key.publicKey?.fingerprint,
    keyDueAt: key.dueAt === undefined ? undefined : iso(key.dueAt),
    otherRegions: elsewhere?.length ? elsewhere.map(inForceIn) : undefined,
    due: itself.due,
    stages: former.stages?.length ? former.stages.map(stageAsData) : undefined,
    notes: [
      ...(underWay ? ['a change is under way'] : []),
      ...(waits ? [`SES has until ${iso(deadlineOf(open))} to verify the change`] : []),
      ...itself.notes,
      ...(record.notes ?? []),
      ...(former.notes ?? []),
    ],
  });
}

const isUnderWay = ({ lease, open }: Ledger, now: number): boolean =>
  isHeld(lease, now) || (open?.phase === 'opened' && now < open.startedAt + FUNCTION_TIMEOUT_SECONDS * 1000);
