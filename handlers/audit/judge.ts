import { FUNCTION_TIMEOUT_SECONDS } from '../contract/contract';
import { isHeld, isWaiting, type Ledger } from '../ledger/ledger';
import { mayBeOld } from '../ledger/signing-state';
import type { Audited, Checked } from './audited';
import { type Finding, finding } from './finding-catalogue';
import { withHealing } from './heal';
import { checkKey } from './key';
import { checkMailFrom } from './mail-from';
import { checkOpen, judgeRollback } from './open-change';
import { checkFormer, checkRecord } from './records';
import { type DomainReport, domainReport } from './report';
import { judgeSenders } from './senders';
import { judgeSigning } from './signing';

/** What was found of one domain. */
export interface Judged {
  readonly report: DomainReport;
  /** Whether DNS has proved the record of what is in force. */
  readonly isProved: boolean;
}

/**
 * Judges one domain: what SES has, its key and its records. The one place where a finding of a domain is found: the audit
 * notifies of it, `byodkim status` prints it. A check that failed is a finding as well.
 */
export async function judge(audited: Audited): Promise<Judged> {
  const { ledger, state, now } = audited;
  const { open, callsOfOthers } = ledger;
  const wanted = open?.wanted ?? ledger.inForce;
  const former = orUnknown('Earlier selectors', () => checkFormer(audited));
  if (wanted === null) {
    const findings = [...judgeRollback(audited), ...(await former).findings];
    return { report: domainReport(ledger, { selector: null, findings }), isProved: false };
  }
  const mailFrom = orUnknown('SPF of the MAIL FROM domain', () => checkMailFrom(audited));
  const key = await orUnknown('The private key (and so the record)', () => checkKey(audited, wanted));
  const record: Checked & { readonly isProved?: boolean } =
    'publicKey' in key
      ? await orUnknown('The record', () => checkRecord(audited, wanted, key.publicKey))
      : { findings: [] };
  const { isProved = false } = record;
  const isRunning = isBeingChanged(ledger, now) || (state !== undefined && mayBeOld(state, ledger, now));
  // A change that SES does not verify is rolled back automatically.
  const waits = isWaiting(open) && state?.status !== 'FAILED';
  // While a change runs SES has the prior state, the wanted one, or either in turn.
  const { findings: ofSes, healAt } =
    state === undefined || isRunning
      ? { findings: [] }
      : await withHealing(audited, isProved, judgeSigning(audited, wanted, state, isProved), key.findings);
  const findings: Finding[] = [
    ...ofSes,
    ...(await mailFrom).findings,
    ...judgeSenders(audited),
    ...(await checkOpen(audited)),
    ...judgeRollback(audited),
    ...record.findings,
    ...key.findings,
    ...(await former).findings,
  ];
  const report = domainReport(ledger, {
    selector: wanted.selector,
    findings: waits ? findings.filter(({ code }) => code !== 'NOT_VERIFIED') : findings,
    changedBy: callsOfOthers.length > 0 ? callsOfOthers.map(({ words }) => words) : undefined,
    healAt,
    unsettled: open === null && !isRunning ? undefined : true,
    ses: state && { origin: state.origin, selector: state.selector, status: state.status },
    ...key.dates,
  });
  return { report, isProved };
}

/** Turns a failed check into a finding, so that it does not hide the others. */
export async function orUnknown<S extends Checked>(
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
